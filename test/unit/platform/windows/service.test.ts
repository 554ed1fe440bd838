import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  installCommands,
  quoteArgument,
  uninstallCommands,
} from '../../../../src/platform/windows/service/service-commands.ts';
import { createServiceLog } from '../../../../src/platform/windows/service/service-log.ts';

const INSTALLATION = {
  executable: 'C:\\Program Files\\Exporter\\exporter.exe',
  dataFolder: 'C:\\ProgramData\\ephemeral-port-exporter',
  flags: ['--config.file=C:\\My Files\\config.yml'],
  firewallPort: undefined,
};

/** Value after a `name=` of sc. */
function valueAfter(args: readonly string[], name: string): string | undefined {
  return args[args.indexOf(name) + 1];
}

describe('the installation of the service', () => {
  it('starts the executable, quoted, with its data folder, a ledger there, and the flags', () => {
    const create = installCommands(INSTALLATION).find(({ args }) => args[0] === 'create');
    expect(valueAfter(create?.args ?? [], 'binPath=')).toBe(
      '"C:\\Program Files\\Exporter\\exporter.exe" --service C:\\ProgramData\\ephemeral-port-exporter ' +
        '--ledger.path=C:\\ProgramData\\ephemeral-port-exporter\\ledger "--config.file=C:\\My Files\\config.yml"',
    );
    expect(valueAfter(create?.args ?? [], 'obj=')).toBe('NT AUTHORITY\\LocalService');
    expect(valueAfter(create?.args ?? [], 'start=')).toBe('delayed-auto');
  });

  it('leaves a ledger path of the operator alone', () => {
    const commands = installCommands({ ...INSTALLATION, flags: ['--ledger.path=D:\\ledger'] });
    expect(JSON.stringify(commands).match(/--ledger\.path/g)).toHaveLength(1);
  });

  it('gives the data folder to administrators, the system and the service, by numbers that no language changes', () => {
    const [first] = installCommands(INSTALLATION);
    expect(first).toEqual({
      file: 'icacls.exe',
      args: [
        INSTALLATION.dataFolder,
        '/inheritance:r',
        '/grant:r',
        '*S-1-5-32-544:(OI)(CI)F',
        '*S-1-5-18:(OI)(CI)F',
        '*S-1-5-19:(OI)(CI)M',
      ],
    });
  });

  it('touches the firewall only when asked to', () => {
    const rules = (firewallPort: number | undefined) =>
      installCommands({ ...INSTALLATION, firewallPort }).filter(({ file }) => file === 'netsh.exe');
    expect(rules(undefined)).toEqual([]);
    expect(rules(10_071)[0]?.args).toContain('localport=10071');
  });

  it('starts the service last, and removal deletes what it made', () => {
    expect(installCommands(INSTALLATION).at(-1)?.args[0]).toBe('start');
    expect(uninstallCommands().map(({ args }) => args[0])).toEqual(['stop', 'delete', 'advfirewall']);
  });
});

describe('an argument in a command line', () => {
  it.each([
    ['plain', 'plain'],
    ['C:\\no\\blank', 'C:\\no\\blank'],
    ['with blank', '"with blank"'],
    ['', '""'],
    ['ends in \\', '"ends in \\\\"'],
    ['a "quote"', '"a \\"quote\\""'],
    ['a \\"', '"a \\\\\\""'],
  ])('%s is written as %s', (argument, written) => {
    expect(quoteArgument(argument)).toBe(written);
  });
});

describe('the log of the service', () => {
  it('is kept in two files of bounded size', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eph-log-'));
    const write = createServiceLog(join(folder, 'exporter.log'), 10);
    for (const line of ['first line\n', 'second line\n', 'third line\n']) write(line);
    expect(readdirSync(folder).sort()).toEqual(['exporter.log', 'exporter.log.1']);
    expect(readFileSync(join(folder, 'exporter.log'), 'utf8')).toBe('third line\n');
    expect(readFileSync(join(folder, 'exporter.log.1'), 'utf8')).toBe('second line\n');
    rmSync(folder, { recursive: true });
  });

  it('that cannot be written is lost without an error', () => {
    expect(() => createServiceLog('/no/such/folder/exporter.log')('line\n')).not.toThrow();
  });
});
