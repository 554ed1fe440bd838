import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { type Command, quoteArgument } from '../../../../../src/platform/windows/service/command-line.ts';
import { protectFolder, serviceSid } from '../../../../../src/platform/windows/service/data-folder.ts';
import { runServiceCommand } from '../../../../../src/platform/windows/service/run-service-command.ts';
import {
  configureService,
  createService,
  flagsOfService,
} from '../../../../../src/platform/windows/service/service-commands.ts';

const INSTALLATION = {
  executable: 'C:\\Program Files\\Exporter\\exporter.exe',
  dataFolder: 'C:\\ProgramData\\ephemeral-port-exporter',
};

/** Value after a `name=` of sc. */
function valueAfter(args: readonly string[], name: string): string | undefined {
  return args[args.indexOf(name) + 1];
}

describe('the service', () => {
  it('starts the executable, quoted, with the flags, delayed, as LocalService', () => {
    const { args } = createService(INSTALLATION.executable, ['--config.file=C:\\My Files\\config.yml']);
    expect(valueAfter(args, 'binPath=')).toBe(
      '"C:\\Program Files\\Exporter\\exporter.exe" --service "--config.file=C:\\My Files\\config.yml"',
    );
    expect(valueAfter(args, 'obj=')).toBe('NT AUTHORITY\\LocalService');
    expect(valueAfter(args, 'start=')).toBe('delayed-auto');
  });

  it('has ledger and log in its data folder, unless the operator says otherwise', () => {
    expect(flagsOfService(['--web.listen-address=:9'], 'C:\\data')).toEqual([
      '--ledger.path=C:\\data\\ledger',
      '--log.file=C:\\data\\exporter.log',
      '--web.listen-address=:9',
    ]);
    const own = ['--ledger.path', 'D:\\ledger', '--log.file=eventlog'];
    expect(flagsOfService(own, 'C:\\data')).toEqual(own);
    expect(flagsOfService(['--log.file-like=x'], 'C:\\data')).toHaveLength(3);
  });

  it('comes back 5 s, 30 s and 5 min after a failure, also after an exit with an error code', () => {
    const commands = configureService(INSTALLATION.dataFolder).map(({ args }) => args.join(' '));
    expect(commands).toContain(
      'failure ephemeral-port-exporter reset= 86400 actions= restart/5000/restart/30000/restart/300000',
    );
    expect(commands).toContain('failureflag ephemeral-port-exporter 1');
    expect(commands).toContain('config ephemeral-port-exporter start= delayed-auto');
  });

  it('has an event source whose text is ours alone', () => {
    const added = configureService(INSTALLATION.dataFolder).filter(({ file }) => file === 'reg.exe');
    expect(added.map(({ args }) => `${valueAfter(args, '/v')} ${valueAfter(args, '/d')}`)).toEqual([
      'EventMessageFile %SystemRoot%\\System32\\EventCreate.exe',
      'TypesSupported 7',
      'CustomSource 1',
    ]);
  });
});

describe('the data folder', () => {
  it('is known to belong to a service by an account that Windows computes the same way', () => {
    // The account of Windows' own TrustedInstaller is the same on every machine, and documented.
    const published = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
    expect(serviceSid('TrustedInstaller')).toBe(published);
    expect(serviceSid('trustedinstaller')).toBe(published);
  });

  it('is taken from whoever made it before, and given to administrators, the system and the service alone', () => {
    const commands = protectFolder('C:\\data', 'TrustedInstaller').map(({ args }) => args.join(' '));
    expect(commands).toEqual([
      'C:\\data /setowner *S-1-5-32-544 /T /L /Q',
      'C:\\data /reset /T /L /Q',
      'C:\\data /inheritance:r /grant:r *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F ' +
        '*S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464:(OI)(CI)M',
    ]);
  });
});

describe('the service command', () => {
  let base: string;
  let ran: string[];
  let printed: string;
  /** Begin of the command line that fails. */
  let failing: string;
  let answer: string;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'eph-service-'));
    ran = [];
    printed = '';
    failing = 'nothing';
    answer = '';
  });

  afterEach(() => rmSync(base, { recursive: true }));

  const run = async ({ file, args }: Command) => {
    const line = `${file.replace('.exe', '')} ${args.join(' ')}`;
    ran.push(line);
    return { stdout: answer, exitCode: line.startsWith(failing) ? 5 : 0 };
  };
  const act = (...args: readonly string[]): Promise<number> =>
    runServiceCommand(args, {
      executable: INSTALLATION.executable,
      dataFolder: join(base, 'data'),
      run,
      print: (text) => {
        printed += text;
      },
      portsOf: (flags) => {
        if (flags.includes('--wrong')) throw new ExporterError('EPH_USAGE', 'unknown flag');
        if (flags.length === 0) return [10_071];
        return flags.includes('--web.listen-address=') ? [] : [9998, 9999];
      },
    });
  const verbs = (): string[] =>
    ran.map((line) =>
      line
        .split(' ')
        .slice(0, line.startsWith('sc') ? 2 : 1)
        .join(' '),
    );

  it('makes the service, its folder and its event source, then starts it, and leaves the firewall alone', async () => {
    expect(await act('install')).toBe(0);
    expect(existsSync(join(base, 'data'))).toBe(true);
    expect(verbs()[0]).toBe('sc create');
    expect(verbs().at(-1)).toBe('sc start');
    expect(verbs()).toEqual(expect.arrayContaining(['sc sidtype', 'icacls', 'reg']));
    expect(verbs()).not.toContain('netsh');
    expect(printed).toBe('done\n');
  });

  it('opens the ports of the flags in the firewall when asked to, for all or for some', async () => {
    await act('install', '--firewall', '--web.listen-address=:9998', '--web.listen-address=:9999');
    await act('firewall', '--firewall=192.0.2.0/24');
    const rules = ran.filter((line) => line.startsWith('netsh advfirewall firewall add'));
    expect(rules.map((line) => /localport=.*? remoteip=\S+/.exec(line)?.[0])).toEqual([
      'localport=9998,9999 remoteip=any',
      'localport=10071 remoteip=192.0.2.0/24',
    ]);
    expect(ran[0]).not.toContain('--firewall');
  });

  it('refuses a wrong flag before it changes anything', async () => {
    await expect(act('install', '--wrong')).rejects.toMatchObject({ code: 'EPH_USAGE' });
    expect(ran).toEqual([]);
    const deaf = act('install', '--firewall', '--web.listen-address=');
    await expect(deaf).rejects.toMatchObject({ code: 'EPH_USAGE', message: expect.stringContaining('--firewall') });
    expect(ran).toEqual([]);
  });

  it('leaves nothing of a service that could not be finished', async () => {
    failing = 'icacls';
    expect(await act('install')).toBe(1);
    expect(verbs().slice(-4)).toEqual(['sc stop', 'sc delete', 'netsh', 'reg']);
    expect(printed).toContain('failed with exit code 5; run it as an administrator');
  });

  it('does not touch a service that is there already', async () => {
    failing = 'sc create';
    expect(await act('install')).toBe(1);
    expect(verbs()).toEqual(['sc create']);
  });

  it('removes the service though it does not run and has no rule, but says when it cannot', async () => {
    failing = 'sc stop';
    expect(await act('uninstall')).toBe(0);
    failing = 'sc delete';
    expect(await act('uninstall')).toBe(1);
  });

  it('tells by its exit code whether the service runs, in every language', async () => {
    answer =
      '\r\nDIENSTNAME: x\r\n        TYP                : 10  WIN32_OWN_PROCESS\r\n        STATUS : 4  RUNNING\r\n';
    expect(await act('status')).toBe(0);
    answer = answer.replace('4  RUNNING', '1  STOPPED');
    expect(await act('status')).toBe(1);
    expect(printed).toContain('STOPPED');
  });

  it('prints how it is used for anything else', async () => {
    expect(await act('instal')).toBe(2);
    expect(printed).toContain('service uninstall');
    expect(ran).toEqual([]);
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
