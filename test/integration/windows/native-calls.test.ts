import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessFacts } from '../../../src/platform/windows/owners/owner-book.ts';
import type { ListedProcess } from '../../../src/platform/windows/owners/process-table.ts';
import type { HostedService } from '../../../src/platform/windows/owners/service-unit.ts';
import { startWine, WINE_START_MS, type Wine } from '../../helpers/wine.ts';

/** What call-natively.js prints. */
interface NativeAnswers {
  readonly pid: number;
  readonly lastErrorOfNoSuchProcess: number;
  readonly own: ListedProcess;
  readonly facts: ProcessFacts;
  readonly noFacts: ProcessFacts;
  readonly pids: readonly number[];
  readonly services: readonly HostedService[];
  readonly timeWaitSeconds: number;
  readonly events: { readonly code: string };
  readonly givenTables: number;
  readonly liveTables: number;
}

describe('native calls, under Wine', () => {
  let wine: Wine;
  let answers: NativeAnswers;

  beforeAll(async () => {
    wine = startWine();
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
    await wine.run(['reg', 'add', key, '/v', 'TcpTimedWaitDelay', '/t', 'REG_DWORD', '/d', '45', '/f']);
    const output = join(wine.app, 'answers.json');
    const library = wine.buildBoundLibrary('bound.dll', []);
    const { exitCode, stderr } = await wine.node('call-natively.js', [output, library]);
    expect({ exitCode, stderr: stderr.replaceAll('\0', '') }).toMatchObject({ exitCode: 0 });
    answers = JSON.parse(readFileSync(output, 'utf8')) as NativeAnswers;
  }, WINE_START_MS);

  afterAll(() => wine.close());

  it('list processes, ours among them with its start and its handles', () => {
    expect(answers.own.image).toBe('node.exe');
    expect(Date.now() - answers.own.startMs).toBeLessThan(3_600_000);
    expect(answers.own.handles).toBeGreaterThan(0);
  });

  it('tell path and change time of an executable, and nothing of a process that is not there', () => {
    expect(answers.facts.executable).toMatch(/\\bin\\node\.exe$/);
    const unixPath = answers.facts.executable.slice(2).replaceAll('\\', '/');
    expect(answers.facts.executableChangeMs).toBe(Math.floor(statSync(unixPath).mtimeMs));
    expect(answers.noFacts).toEqual({ executable: '', executableChangeMs: 0 });
  });

  it('list services in processes that run', () => {
    expect(answers.services.map(({ name }) => name)).toContain('RpcSs');
    const strangers = answers.services.filter(({ pid }) => pid !== 0 && !answers.pids.includes(pid));
    expect(strangers).toEqual([]);
  });

  it('read TcpTimedWaitDelay where somebody has set it', () => {
    expect(answers.timeWaitSeconds).toBe(45);
  });

  it('free every bound table that they were given', () => {
    expect(answers.givenTables).toBe(40);
    expect(answers.liveTables).toBe(0);
  });

  it('keep the error of a call until it is asked for', () => {
    const ERROR_INVALID_PARAMETER = 87;
    expect(answers.lastErrorOfNoSuchProcess).toBe(ERROR_INVALID_PARAMETER);
  });

  it('fail with a coded error where the event log cannot be queried', () => {
    expect(answers.events.code).toBe('EPH_WINDOWS_CALL');
  });

  it('write log lines to the event log, each with its type and its whole text', async () => {
    const script = 'WINEDEBUG=+eventlog exec wine "$@"';
    const { exitCode, stderr } = await wine.shell(script, [wine.nodePath, join('programs', 'write-events.js')]);
    const told = [...stderr.matchAll(/(err|warn|trace):eventlog:ReportEventW L"(.*)"$/gm)].map(([, type, text]) => [
      type,
      text,
    ]);
    expect({ exitCode, told }).toEqual({
      exitCode: 0,
      told: [
        ['trace', 'level=info msg=listening'],
        ['warn', 'level=warn msg=\\"two words\\"'],
        ['err', 'level=error name=\\00e4\\20ac'],
      ],
    });
  });
});
