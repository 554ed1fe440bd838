/** The fields of `/proc/PID/stat` that tell processes apart. */
export interface ProcessStat {
  readonly comm: string;
  readonly parent: number;
  /** Clock ticks between boot and the start of the process. */
  readonly startTicks: number;
}

// USER_HZ, the unit of field 22, is 100 on every architecture Node runs on.
const MS_PER_TICK = 10;
const PARENT_FIELD = 4;
const START_FIELD = 22;

/** Fields 2, 4 and 22 of `/proc/PID/stat` (proc_pid_stat(5)); undefined when the text is not one. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  // A name may hold blanks and brackets of its own: it ends at the last one.
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ', START_FIELD - 2);
  const parent = Number(fields[PARENT_FIELD - 3]);
  const startTicks = Number(fields[START_FIELD - 3]);
  if (!Number.isSafeInteger(parent) || !Number.isSafeInteger(startTicks) || startTicks < 0) return undefined;
  return { comm: text.slice(open + 1, close), parent, startTicks };
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
