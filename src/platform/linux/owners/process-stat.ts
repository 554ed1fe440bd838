/** The fields of `/proc/PID/stat` that tell processes apart. */
export interface ProcessStat {
  readonly comm: string;
  readonly parent: number;
  /** Clock ticks between boot and the start of the process. */
  readonly startTicks: number;
  /** True for a zombie: it holds nothing any more, and waits to be reaped. */
  readonly exited: boolean;
}

// USER_HZ, the unit of field 22, is 100 on every architecture Node runs on.
const MS_PER_TICK = 10;
const STATE_FIELD = 3;
const PARENT_FIELD = 4;
const THREADS_FIELD = 20;
const START_FIELD = 22;

/** Fields 2, 3, 4, 20 and 22 of `/proc/PID/stat` (proc_pid_stat(5)); undefined when the text is not one. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  // A name may hold blanks and brackets of its own: it ends at the last one.
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ', START_FIELD - 2);
  const parent = Number(fields[PARENT_FIELD - STATE_FIELD]);
  const startTicks = Number(fields[START_FIELD - STATE_FIELD]);
  if (!Number.isSafeInteger(parent) || !Number.isSafeInteger(startTicks) || startTicks < 0) return undefined;
  // A program whose first thread has ended looks like a zombie while the others go on.
  const exited = 'ZXx'.includes(fields[0] as string) && Number(fields[THREADS_FIELD - STATE_FIELD]) <= 1;
  return { comm: text.slice(open + 1, close), parent, startTicks, exited };
}

/** Ms between boot and the start of a process. */
export function startBootMs(startTicks: number): number {
  return startTicks * MS_PER_TICK;
}

/** `btime` of `/proc/stat`, unix ms; undefined when the text has none. */
export function parseBootTimeMs(text: string): number | undefined {
  const match = /^btime (\d{1,12})$/m.exec(text);
  return match === null ? undefined : Number(match[1]) * 1000;
}
