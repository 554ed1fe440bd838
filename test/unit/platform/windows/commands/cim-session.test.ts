import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type CimSession,
  createCimSession,
  type ShellEvents,
} from '../../../../../src/platform/windows/commands/cim-session.ts';

/** A shell that the test plays. */
interface PlayedShell {
  readonly written: string[];
  readonly events: ShellEvents;
  isKilled: boolean;
}

const QUERY = { objects: 'Get-Thing', line: '$_.Name' };

function play(): { readonly session: CimSession; readonly shells: PlayedShell[] } {
  const shells: PlayedShell[] = [];
  const session = createCimSession({
    start: (events) => {
      const shell: PlayedShell = { written: [], events, isKilled: false };
      shells.push(shell);
      return {
        write: (line) => shell.written.push(line),
        kill: () => {
          shell.isKilled = true;
        },
      };
    },
    timeoutMs: 20_000,
    nowMs: () => Date.now(),
  });
  return { session, shells };
}

/** Lets a query reach its shell, then prints these lines there. */
async function print(shells: readonly PlayedShell[], ...lines: readonly string[]): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  for (const line of lines) shells.at(-1)?.events.onLine(line);
}

const failure = (message: string | RegExp) =>
  expect.objectContaining({ code: 'EPH_WINDOWS_COMMAND', message: expect.stringMatching(message) });

/** Observed at once, so that a rejection is never unhandled. */
function outcomeOf(answer: Promise<string[]>): Promise<unknown> {
  return answer.catch((error: unknown) => error);
}

describe('a CIM session', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends a query as one line and gives the lines before its end mark', async () => {
    const { session, shells } = play();
    const answer = session.query(QUERY);
    await print(shells, 'a|1', 'b|2', '--END 1 2--');
    expect(await answer).toEqual(['a|1', 'b|2']);
    expect(shells[0]?.written[0]?.trimEnd().split('\n')).toHaveLength(1);
    expect(shells[0]?.written[0]).toContain('$r = @(Get-Thing); $r | ForEach-Object { $_.Name }');
  });

  it('asks the same shell again, one query after another', async () => {
    const { session, shells } = play();
    const answers = Promise.all([session.query(QUERY), session.query(QUERY)]);
    await print(shells, 'a', '--END 1 1--');
    await print(shells, '--END 2 0--');
    expect(await answers).toEqual([['a'], []]);
    expect(shells).toHaveLength(1);
  });

  it('takes no answer for whole that lost a line', async () => {
    const { session, shells } = play();
    const outcome = outcomeOf(session.query(QUERY));
    await print(shells, 'a', '--END 1 2--');
    expect(await outcome).toEqual(failure('lost lines: 1 of 2'));
    expect(shells[0]?.isKilled).toBe(true);
  });

  it('tells the error that PowerShell names', async () => {
    const { session, shells } = play();
    const outcome = outcomeOf(session.query(QUERY));
    await print(shells, '--ERR 1 HRESULT 0x80041010,Microsoft.Management.Infrastructure--');
    expect(await outcome).toEqual(failure('0x80041010'));
  });

  it('fails when the shell ends or stays silent', async () => {
    const { session, shells } = play();
    const first = outcomeOf(session.query(QUERY));
    await print(shells);
    shells[0]?.events.onEnd();
    expect(await first).toEqual(failure('PowerShell ended'));
    await vi.advanceTimersByTimeAsync(5_000);
    const second = outcomeOf(session.query(QUERY));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await second).toEqual(failure('no answer within 20000 ms'));
    expect(shells[1]?.isKilled).toBe(true);
  });

  it('starts a new shell after a pause that doubles with each failure, and from the beginning after a success', async () => {
    const { session, shells } = play();
    const failAfterMs = async (pauseMs: number): Promise<void> => {
      await vi.advanceTimersByTimeAsync(pauseMs);
      const outcome = outcomeOf(session.query(QUERY));
      await print(shells);
      shells.at(-1)?.events.onEnd();
      await outcome;
    };
    await failAfterMs(0);
    expect(await outcomeOf(session.query(QUERY))).toEqual(failure('started anew in 5 s'));
    expect(shells).toHaveLength(1);
    await failAfterMs(5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await outcomeOf(session.query(QUERY))).toEqual(failure('started anew in 5 s'));
    await vi.advanceTimersByTimeAsync(5_000);
    const answer = session.query(QUERY);
    await print(shells, '--END 3 0--');
    expect(await answer).toEqual([]);
    await failAfterMs(0);
    await failAfterMs(5_000);
    expect(shells).toHaveLength(4);
  });

  it('hears nothing of a shell that it has ended', async () => {
    const { session, shells } = play();
    const first = outcomeOf(session.query(QUERY));
    await print(shells);
    shells[0]?.events.onEnd();
    await first;
    await vi.advanceTimersByTimeAsync(5_000);
    const second = session.query(QUERY);
    await vi.advanceTimersByTimeAsync(0);
    shells[0]?.events.onLine('stray');
    shells[0]?.events.onEnd();
    await print(shells, 'a', '--END 2 1--');
    expect(await second).toEqual(['a']);
  });

  it('ends its shell when it is closed', async () => {
    const { session, shells } = play();
    const outcome = outcomeOf(session.query(QUERY));
    await print(shells);
    session.close();
    expect(await outcome).toEqual(failure('is closed'));
    expect(shells[0]?.isKilled).toBe(true);
  });
});
