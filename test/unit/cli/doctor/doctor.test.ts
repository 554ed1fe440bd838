import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandLineIo } from '../../../../src/cli/command.ts';
import { createCommands } from '../../../../src/cli/commands.ts';
import { type DoctorParts, doctor, doctorCommand } from '../../../../src/cli/doctor/doctor.ts';
import { runCommandLine } from '../../../../src/cli/run.ts';
import { ExporterError } from '../../../../src/errors.ts';
import { type Check, failure, notApplicable, ok, warning } from '../../../../src/platform/check.ts';
import { ranWell } from '../../../helpers/attributed-builder.ts';
import { createFakeIo } from '../../../helpers/command-line.ts';
import { createFakeView } from '../../../helpers/exporter-view.ts';
import { buildReport } from '../../../helpers/report-builder.ts';
import { sampleAt } from '../../../helpers/sample-builder.ts';
import { serveFake } from '../../../helpers/serve-fake.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 12);
const sample = sampleAt(60_000).sample({ pieces: ranWell('range', 'tcp', 'bound', 'udp', 'owners') });

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eph-doctor-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs the command on a host whose platform has the given checks. */
async function run(checks: readonly Check[], argv: readonly string[] = [], changes: Partial<CommandLineIo> = {}) {
  const io = createFakeIo({ wallMs: () => NOW_MS, ...changes });
  const parts: DoctorParts = {
    platformChecks: () => ({ checks, listenerOf: async () => '', reserveCommand: () => '' }),
    read: async () => sample,
  };
  const commands = {
    ...createCommands(async () => 0),
    doctor: { ...doctorCommand, run: (context: Parameters<typeof doctor>[0]) => doctor(context, parts) },
  };
  const own = [`--web.control-socket=${join(root, 'control.sock')}`, '--web.listen-address=127.0.0.1:0'];
  const code = await runCommandLine(['doctor', ...own, ...argv], io, commands);
  return { code, out: io.out, err: io.err };
}

const check = (name: string, finding: ReturnType<typeof ok>): Check => ({ name, run: () => finding });

/** An exporter on the control socket that `run` asks. */
const serve = (changes: Parameters<typeof createFakeView>[0] = {}) =>
  serveFake(
    { controlSocket: join(root, 'control.sock'), controlSocketRequired: true },
    {
      view: createFakeView({
        report: () => buildReport({ takenAtMs: NOW_MS - 4_000 }),
        config: () => ({ settings: {} }),
        ...changes,
      }),
    },
  );

test('without an exporter the report says so, with the place that was asked', async () => {
  const { code, out, err } = await run([]);
  expect([code, err]).toEqual([3, '']);
  expect(out).toContain('settings of this command line');
  expect(out).toMatch(/\nwarning {2}exporter +no answer from the control socket .*control\.sock: it does not exist/);
  expect(out).toMatch(/\nfailures: 0, warnings: 2, ok: \d+, not applicable: \d+\n$/);
});

test('a running exporter is asked for its settings, its health and what it cannot see', async () => {
  const settings = { ledgerPath: root, listenAddresses: ['127.0.0.1:0'], unknownToUs: 1 };
  const problems = [{ piece: 'owners', code: 'EPH_OWNERS_HIDDEN', message: 'run it as root' }] as const;
  const report = buildReport({ takenAtMs: NOW_MS - 4_000, problems });
  const service = await serve({ config: () => ({ settings }), report: () => report });
  try {
    const { code, out } = await run([]);
    expect(code).toBe(3);
    expect(out).toContain('settings of the running exporter');
    expect(out).toContain(`${root} can be written`);
    expect(out).toMatch(
      /warning {2}exporter +the running exporter, its last sample is 4s old, says: EPH_OWNERS_HIDDEN/,
    );
    expect(out).toContain('do: run it as root');
  } finally {
    await service.close();
  }
});

test('a flag comes before what the running exporter uses: a new file is tried before it is put in place', async () => {
  const service = await serve({
    config: () => ({ settings: { configFile: join(root, 'old.yml'), ledgerPath: root } }),
  });
  const { code, out } = await run([], [`--config.file=${join(root, 'new.yml')}`]);
  await service.close();
  expect(code).toBe(1);
  expect(out).toMatch(/FAILURE {2}config .*new\.yml/);
  expect(out).toContain(`${root} can be written`);
});

test('an exporter that is well is ok, one that is not a failure', async () => {
  const well = await serve();
  const { out } = await run([]);
  await well.close();
  expect(out).toMatch(/\nok +exporter +version .* answers on the control socket; its last sample is 4s old\n/);
  const sick = await serve({ healthy: () => ({ ok: false, reason: 'no good sample for 200 s' }) });
  const { out: told, code } = await run([]);
  await sick.close();
  expect(told).toMatch(/\nFAILURE +exporter +the running exporter says: not healthy: no good sample for 200 s\n/);
  expect(code).toBe(1);
});

test.each([
  [[check('a', ok('fine')), check('b', notApplicable('off'))], 0],
  [[check('a', ok('fine')), check('b', warning('less', 'more'))], 3],
  [[check('a', warning('less', 'more')), check('b', failure('broken', 'mend'))], 1],
])('the exit code is that of the gravest result', async (checks, code) => {
  const service = await serve({ config: () => ({ settings: { ledgerPath: root } }) });
  expect((await run(checks)).code).toBe(code);
  await service.close();
});

test('a check that breaks is told, and the others all the same', async () => {
  const coded = () => Promise.reject(new ExporterError('EPH_PROC_UNREADABLE', 'no proc'));
  const { code, out } = await run([
    { name: 'coded', run: coded },
    { name: 'defect', run: () => BigInt('x') as never },
  ]);
  expect(code).toBe(1);
  expect(out).toMatch(/\nFAILURE {2}coded +EPH_PROC_UNREADABLE: no proc\n/);
  expect(out).toMatch(/\nFAILURE {2}defect +this check failed: SyntaxError/);
  expect(out).toMatch(/\nok +clock /);
});

test('JSON holds every check for programs', async () => {
  const { out } = await run([check('a', warning('less', 'more'))], ['--json']);
  const report = JSON.parse(out) as { checks: unknown[]; result: string; counts: Record<string, number> };
  expect(report.checks[0]).toEqual({ name: 'a', result: 'warning', why: 'less', remedy: 'more' });
  expect(report).toMatchObject({ result: 'warning', uid: 0, takenAtMs: NOW_MS, build: { version: '1.2.3' } });
  expect(Object.values(report.counts).reduce((sum, count) => sum + count, 0)).toBe(report.checks.length);
});

test('colours on a terminal only, and lines that fit into it', async () => {
  const checks = [check('a', warning('a text that goes on '.repeat(10).trim(), 'what to do '.repeat(10).trim()))];
  const { out } = await run(checks, [], { terminal: { isTty: true, columns: 80 }, env: {} });
  expect(out).toContain('\u001b[33mwarning');
  const plain = stripVTControlCharacters(out).split('\n');
  expect(Math.max(...plain.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect((await run(checks)).out).not.toContain('\u001b');
});

test('names on the host cannot act on the terminal', async () => {
  const { out } = await run([check('a', failure('taken by \u001b[2Jevil', 'see'))]);
  expect(out).toContain('taken by \\u{1b}[2Jevil');
});
