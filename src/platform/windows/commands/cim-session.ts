import { ExporterError } from '../../../errors.ts';

/** A running shell that takes lines and gives lines. */
export interface Shell {
  write(line: string): void;
  /** Ends it and whatever it is doing. */
  kill(): void;
}

export interface ShellEvents {
  readonly onLine: (line: string) => void;
  /** Called once. */
  readonly onEnd: () => void;
}

export type StartShell = (events: ShellEvents) => Shell;

export interface CimSessionOptions {
  readonly start: StartShell;
  readonly timeoutMs: number;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
}

/** What to ask: objects, and how each becomes a line. */
export interface CimQuery {
  /** A pipeline that fails with an error when it fails (`-ErrorAction Stop`). */
  readonly objects: string;
  /** A PowerShell expression of `$_` without line ends. */
  readonly line: string;
}

export interface CimSession {
  /** @throws ExporterError EPH_WINDOWS_COMMAND when PowerShell fails, dies, stays silent or loses lines. */
  query(query: CimQuery): Promise<string[]>;
  close(): void;
}

const FIRST_BACK_OFF_MS = 5_000;
const LONGEST_BACK_OFF_MS = 300_000;

interface Pending {
  readonly id: number;
  readonly lines: string[];
  readonly resolve: (lines: string[]) => void;
  readonly reject: (error: ExporterError) => void;
}

/**
 * One long-lived PowerShell, for its start costs more than a query. Each answer ends in a mark with the query's number and its
 * count of lines, so that a late, torn or empty answer cannot pass for a whole one. After a failure the shell is ended, and a
 * new one is started at the earliest after a growing pause. Queries run one after another.
 */
export function createCimSession({ start, timeoutMs, nowMs }: CimSessionOptions): CimSession {
  let shell: Shell | undefined;
  let pending: Pending | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let lastId = 0;
  let failures = 0;
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  const stop = (): void => {
    const ended = shell;
    shell = undefined;
    ended?.kill();
  };
  const fail = (reason: string): void => {
    const pause = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** failures++);
    notBeforeMs = nowMs() + pause;
    stop();
    const { reject } = pending ?? {};
    pending = undefined;
    reject?.(
      new ExporterError('EPH_WINDOWS_COMMAND', `PowerShell ${reason}; it is started anew in ${pause / 1_000} s`),
    );
  };
  const succeed = (): void => {
    const { resolve, lines } = pending as Pending;
    pending = undefined;
    failures = 0;
    resolve(lines);
  };
  const receive = (line: string): void => {
    if (pending === undefined) return;
    const mark = /^--(END|ERR) (\d+) (.*)--$/.exec(line);
    if (mark === null) pending.lines.push(line);
    else if (Number(mark[2]) !== pending.id) pending.lines.length = 0;
    else if (mark[1] === 'ERR') fail(`says ${mark[3]}`);
    else if (Number(mark[3]) !== pending.lines.length) fail(`lost lines: ${pending.lines.length} of ${mark[3]} came`);
    else succeed();
  };
  const startShell = (): Shell => {
    const started: Shell = start({
      onLine: (line) => {
        if (shell === started) receive(line);
      },
      onEnd: () => {
        if (shell === started) fail('ended');
      },
    });
    return started;
  };
  const ask = async ({ objects, line }: CimQuery): Promise<string[]> => {
    const waitMs = notBeforeMs - nowMs();
    if (shell === undefined && waitMs > 0) {
      const message = `PowerShell failed ${failures} times; it is started anew in ${Math.ceil(waitMs / 1_000)} s`;
      throw new ExporterError('EPH_WINDOWS_COMMAND', message);
    }
    const id = ++lastId;
    const timer = setTimeout(() => fail(`gave no answer within ${timeoutMs} ms`), timeoutMs);
    try {
      return await new Promise<string[]>((resolve, reject) => {
        pending = { id, lines: [], resolve, reject };
        shell ??= startShell();
        shell.write(
          `try { $r = @(${objects}); $r | ForEach-Object { ${line} }; '--END ${id} {0}--' -f $r.Count } ` +
            `catch { '--ERR ${id} {0}--' -f $_.FullyQualifiedErrorId }\n\n`,
        );
      });
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    query(query) {
      const answer = queue.then(() => ask(query));
      queue = answer.catch(() => {});
      return answer;
    },
    close() {
      if (pending !== undefined) fail('is closed');
      stop();
    },
  };
}
