import { expect, test } from 'vitest';
import { describeConfig } from '../../../src/app/describe-config.ts';
import { parseFlags } from '../../../src/cli/parse-flags.ts';
import { parseConfig } from '../../../src/config/load.ts';

const { settings } = parseFlags(['--stuck.after=5m'], { env: { SECRET: 'hunter2' }, platform: 'linux', uid: 0 });

test('settings and patterns are plain data, and nothing of the environment', () => {
  const yaml =
    'process_names:\n  - {name: app, cmdline: "java.*"}\nowners:\n  - {match: {process: x}, muted: true, reason: known}\n';
  const described = JSON.parse(JSON.stringify(describeConfig(settings, parseConfig(Buffer.from(yaml), 'c.yml'))));
  expect(described).toMatchObject({
    settings: { stuckAfterMs: 300_000 },
    processNames: [{ name: 'app', cmdline: '^(?:java.*)$' }],
    owners: [{ process: '^(?:x)$', muted: true, reason: 'known' }],
  });
  expect(JSON.stringify(described)).not.toContain('hunter2');
});
