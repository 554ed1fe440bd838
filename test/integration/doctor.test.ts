import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AS_STRANGER, type BuiltCopy, copyBuiltProgram } from '../helpers/built-copy.ts';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';

/** The whole range of the namespace; the exporter's own port lies in it. */
const RANGE = { first: 40_000, size: 100 };
const OWN_PORT = 40_050;

interface Told {
  readonly name: string;
  readonly result: string;
  readonly why: string;
  readonly remedy: string;
}

interface Diagnosis {
  readonly code: number | undefined;
  readonly checks: readonly Told[];
  check(name: string): Told;
  /** Checks by how they ended. */
  names(result: string): readonly string[];
}

describe('doctor', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-doctor-'));
  const running: Program[] = [];
  let copy: BuiltCopy;
  let netns: Namespace;

  /** Runs `doctor --json` in the namespace, as root or through `wrapper`. */
  async function diagnose(flags: readonly string[], wrapper: readonly string[] = []): Promise<Diagnosis> {
    const line = [...wrapper, process.execPath, join(copy.path, 'dist/main.js'), 'doctor', '--json', ...flags];
    const { stdout, exitCode, stderr } = await execa('ip', ['netns', 'exec', netns.name, ...line], { reject: false });
    expect(stderr).toBe('');
    const { checks } = JSON.parse(stdout) as { readonly checks: readonly Told[] };
    const check = (name: string): Told => {
      const found = checks.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no check ${name}`);
      return found;
    };
    const names = (result: string) => checks.filter((one) => one.result === result).map(({ name }) => name);
    return { code: exitCode, checks, check, names };
  }

  beforeAll(async () => {
    copy = copyBuiltProgram();
    netns = await makeNamespace('eph-doctor');
    await netns.setSysctl('net.ipv4.ip_local_port_range', `${RANGE.first} ${RANGE.first + RANGE.size - 1}`);
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await netns.remove();
    copy.remove();
    rmSync(directory, { recursive: true });
  });

  it('as nobody says which rights are missing and what grants them', async () => {
    const flags = [`--ledger.path=${directory}`, '--web.listen-address=127.0.0.1:10071'];
    const told = await diagnose(flags, AS_STRANGER);
    expect(told.check('capabilities')).toMatchObject({
      result: 'warning',
      remedy: expect.stringContaining('AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH'),
    });
    // Sockets and ports need no right.
    for (const name of ['netlink', 'range', 'tcp', 'bound', 'udp', 'probe', 'listen']) {
      expect(told.check(name)).toMatchObject({ name, result: 'ok' });
    }
    expect(told.check('ledger')).toMatchObject({ result: 'failure', why: expect.stringContaining(directory) });
    expect(told.check('listen-range').result).toBe('ok');
    expect(told.check('exporter').result).toBe('warning');
    expect([told.code, told.names('failure')]).toEqual([1, ['ledger']]);
  });

  it('with a right each finds that right', async () => {
    const capable = [...AS_STRANGER.slice(0, -1), '--inh-caps=+sys_ptrace', '--ambient-caps=+sys_ptrace'];
    const told = await diagnose([], capable);
    expect(told.check('capabilities').why).toBe(
      "without CAP_DAC_READ_SEARCH the owners of other users' sockets stay unknown",
    );
  });

  it('as root says that the namespace is not the host’s, and who took the port', async () => {
    const flags = ['--web.listen-address=127.0.0.1:10072', `--ledger.path=${join(directory, 'later')}`];
    const script = "require('net').createServer().listen(10072,'127.0.0.1',()=>console.log('listening'))";
    const logFile = join(directory, 'taker.log');
    const taker = startProgram({ command: process.execPath, args: ['-e', script], netns: netns.name, logFile });
    running.push(taker);
    await eventually('a port that is taken', () => taker.output().includes('listening') || undefined);
    const told = await diagnose(flags);
    expect(told.check('listen').why).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:10072 is taken by \\S+ \\(pid ${taker.pid}\\)$`),
    );
    expect(told.check('scope')).toMatchObject({ result: 'warning', remedy: expect.stringContaining('nsenter') });
    expect([told.code, told.names('failure')]).toEqual([1, ['listen']]);
  });

  describe('on a host without a free port', () => {
    let exporter: RunningExporter;
    let flags: readonly string[];

    beforeAll(async () => {
      const ledger = join(directory, 'ledger');
      mkdirSync(ledger);
      const given = [`--ledger.path=${ledger}`, '--sample.interval=500ms', '--sample.cpu-budget=50%'];
      exporter = await startExporter({ directory, port: OWN_PORT, netns: netns.name, flags: given });
      running.push(exporter.program);
      const leak = join(directory, 'leaky-dns');
      execFileSync('cc', ['-o', leak, join(import.meta.dirname, '../helpers/leaky.c')]);
      const logFile = join(directory, 'leaky.log');
      // One port less than the range: the exporter listens on that.
      const leaky = startProgram({ command: leak, args: [String(RANGE.size - 1), '1'], netns: netns.name, logFile });
      running.push(leaky);
      await eventually('all ports taken', () =>
        leaky.output().split('\n').filter(Boolean).length === RANGE.size - 1 ? true : undefined,
      );
      flags = [`--web.control-socket=${exporter.controlSocket}`];
    });

    it('checks the settings of the running exporter, and tells the port that could be handed out', async () => {
      const told = await diagnose(flags);
      expect(told.check('probe')).toMatchObject({
        result: 'warning',
        why: expect.stringContaining('tcp ipv4 EADDRINUSE'),
        remedy: 'ephemeral-port-exporter inspect tells who holds them',
      });
      expect(told.check('tcp').why).toContain('sockets in the range: 100,');
      expect(told.check('listen')).toMatchObject({
        result: 'ok',
        why: `the running exporter listens on 127.0.0.1:${OWN_PORT}`,
      });
      expect(told.check('listen-range').why).toContain(`port ${OWN_PORT} lies inside the dynamic range`);
      expect(told.check('ledger')).toMatchObject({ result: 'ok', why: expect.stringMatching(/is whole, \d+ kB/) });
      expect(told.check('exporter').why).toMatch(/last sample is \d+s old/);
      expect([told.code, told.names('failure')]).toEqual([3, []]);
    });

    it('is content once its command was run', async () => {
      const { remedy } = (await diagnose(flags)).check('listen-range');
      const [, name = '', value = ''] = /^echo (\S+)=(\S+) > \/etc\/sysctl\.d\//.exec(remedy) ?? [];
      await netns.setSysctl(name, value);
      expect((await diagnose(flags)).check('listen-range')).toMatchObject({ result: 'ok', remedy: '' });
    });

    it('says as nobody that the exporter may not be asked', async () => {
      const told = await diagnose(flags, AS_STRANGER);
      expect(told.check('exporter')).toMatchObject({
        result: 'warning',
        why: expect.stringContaining('permission denied'),
        remedy: expect.stringContaining('sudo ephemeral-port-exporter doctor'),
      });
      expect(told.names('failure')).toEqual([]);
    });
  });
});
