import { expect, test } from 'vitest';
import { type ReadOnceOptions, readOnce } from '../../../src/app/read-once.ts';
import { parseFlags } from '../../../src/cli/parse-flags.ts';
import { ExporterError } from '../../../src/errors.ts';
import { buildStatus } from '../../../src/http/api/build-status.ts';
import type { Sample } from '../../../src/model/sample.ts';
import type { PortSource } from '../../../src/platform/source.ts';
import { ranWell } from '../../helpers/attributed-builder.ts';
import { BOOTED_AT_MS, sampleAt } from '../../helpers/sample-builder.ts';
import { failureOf } from '../../helpers/serve-fake.ts';

const { settings } = parseFlags([], { env: {}, platform: 'linux', uid: 0 });
const pieces = ranWell('range', 'tcp', 'bound', 'udp', 'owners');
const build = { version: '1.2.3', revision: 'abc', node: 'v20.20.2', os: 'linux', arch: 'x64' };
const options: Omit<ReadOnceOptions, 'source'> = {
  settings,
  build,
  warn: () => {},
  waitMs: 1,
  wallMs: () => BOOTED_AT_MS,
};

function sourceOf(samples: readonly Sample[]): PortSource & { closed: number } {
  const left = [...samples];
  const source = {
    name: 'fake',
    closed: 0,
    read: async () => left.shift() ?? Promise.reject(new ExporterError('EPH_READER_CRASHED', 'gone')),
    close: async () => void source.closed++,
  };
  return source;
}

const bound = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `tcp bound 127.0.0.1:${40_000 + index}`);

test('two readings tell owners, pace and use; nothing is stuck and nobody is called a leak', async () => {
  const source = sourceOf([
    sampleAt(60_000).owner('leaky', bound(20)).sample({ pieces }),
    sampleAt(65_000).owner('leaky', bound(25)).sample({ pieces }),
  ]);
  const view = await readOnce({ ...options, source });
  const status = await view.ledger((ledger) => buildStatus(view.report(), ledger, view.facts(), true));
  expect(source.closed).toBe(1);
  expect(status.owners[0]).toMatchObject({
    process: 'leaky',
    ports: 25,
    stuck: 0,
    isLeaking: false,
    portsPerMinute: 60,
  });
  expect(status.pools[0]).toMatchObject({ used: 25, capacity: 28_232 });
  expect(status.verdict.kind).toBe('fine');
});

test('an owner that is new in the second reading has no pace yet', async () => {
  const source = sourceOf([
    sampleAt(60_000).sample({ pieces }),
    sampleAt(65_000).owner('late', bound(12)).sample({ pieces }),
  ]);
  const view = await readOnce({ ...options, source });
  const { owners } = await view.ledger((ledger) => buildStatus(view.report(), ledger, view.facts(), true));
  expect(owners[0]).toMatchObject({ process: 'late', ports: 12 });
  expect(owners[0]).not.toHaveProperty('portsPerMinute');
});

test('it answers with metrics too', async () => {
  const source = sourceOf([
    sampleAt(60_000).sample({ pieces }),
    sampleAt(65_000).owner('leaky', bound(12)).sample({ pieces }),
  ]);
  const view = await readOnce({ ...options, source });
  const text = String(await view.metrics({ format: 'text', timeoutMs: 1000, collect: [], exclude: [] }));
  expect(text).toMatch(/ephemeral_port_process_ports\{.*process="leaky".*state="bound".*\} 12\n/);
});

test('a host that cannot be read is told as that, and the source is closed', async () => {
  const source = sourceOf([]);
  expect((await failureOf(readOnce({ ...options, source }))).code).toBe('EPH_READER_CRASHED');
  expect(source.closed).toBe(1);
});
