import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startExporter } from '../helpers/exporter.ts';
import { startAlertmanager, startPrometheus } from '../helpers/monitoring.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';
import { fillByBinding, setSmallRange } from '../helpers/recipes/limits.ts';
import { type Lab, startLab } from '../helpers/socket-lab.ts';
import { makeTwoNamespaces, type TwoNamespaces } from '../helpers/two-namespaces.ts';

const ALERTS = fileURLToPath(new URL('../../alerts/', import.meta.url));

let directory: string;
let net: TwoNamespaces;
let labs: readonly Lab[];
const running: Program[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eph-dark-'));
  net = await makeTwoNamespaces('eph-dark');
  await setSmallRange(net.host);
  labs = [startLab(net.host.name), startLab(net.host.name)];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.stop()));
  await Promise.all(labs.map((lab) => lab.stop()));
  await net.remove();
  rmSync(directory, { recursive: true });
});

/** The rules as they are shipped, their minutes and intervals cut to seconds. */
function quickRules(): string[] {
  return ['ephemeral-port.recordings.yml', 'ephemeral-port.rules.yml'].map((name) => {
    const text = readFileSync(join(ALERTS, name), 'utf8');
    const path = join(directory, name);
    writeFileSync(path, text.replaceAll(/^( +(?:interval|for)): \w+$/gm, '$1: 1s'));
    return path;
  });
}

it('a host that has gone dark is told of by a message, scraped over the cable', async () => {
  const [client, server] = labs as readonly [Lab, Lab];
  expect((await fillByBinding(client, server, 100)).otherDestination).toBe('EADDRNOTAVAIL');
  const address = `${net.hostAddress}:10071`;
  const exporter = await startExporter({
    directory,
    port: 10_071,
    netns: net.host.name,
    flags: ['--sample.interval=1s', '--sample.cpu-budget=50%', `--web.listen-address=${address}`],
  });
  const place = { directory, netns: net.monitor.name };
  const receiver = join(import.meta.dirname, '../helpers/webhook-receiver.js');
  const webhook = startProgram({
    command: process.execPath,
    args: [receiver, '10094'],
    netns: net.monitor.name,
    logFile: join(directory, 'webhook.log'),
  });
  running.push(
    exporter.program,
    webhook,
    startAlertmanager(place, { port: 10_093, webhook: 'http://127.0.0.1:10094/' }),
    startPrometheus(place, {
      port: 10_090,
      targets: [address],
      ruleFiles: quickRules(),
      alertmanagers: ['127.0.0.1:10093'],
    }),
  );
  const message = await eventually(
    'EphemeralPortExhausted at the webhook',
    () =>
      webhook
        .output()
        .split('\n')
        .find((line) => line.includes('"alertname":"EphemeralPortExhausted"')),
    90_000,
  );
  expect(message).toContain(`"instance":"${address}"`);
  expect(message).toMatch(/100 of 100 ports are used/);
  expect(message).toContain('python3');
});
