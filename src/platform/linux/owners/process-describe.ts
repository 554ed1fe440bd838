import type { ProcessNameRule } from '../../../config/config.ts';
import type { Clock } from '../../../model/clock.ts';
import type { ProcessRow } from '../../../model/sample.ts';
import type { ProcessFs } from './process-fs.ts';
import { cutDeleted, nameProcess, sanitizeName } from './process-name.ts';
import { parseBootTimeMs, startBootMs } from './process-stat.ts';
import type { KnownProcess } from './process-table.ts';
import { unitOfCgroup } from './unit-name.ts';

// Until then it may still exec what it is going to be, and be moved to its unit (DESIGN section 2).
const SETTLED_AGE_MS = 10_000;
const LONGEST_COMMAND_LINE = 4096;
const LONGEST_PATH = 4096;

type Description = Omit<ProcessRow, 'handles'>;

/** Name, unit and executable of processes, read until a process has settled and remembered from then on. */
export class ProcessDescriber {
  readonly #fs: ProcessFs;
  readonly #clock: Clock;
  readonly #rules: readonly ProcessNameRule[];
  readonly #bootWallMs: number;
  readonly #settled = new WeakMap<KnownProcess, Description>();

  constructor(fs: ProcessFs, clock: Clock, rules: readonly ProcessNameRule[]) {
    this.#fs = fs;
    this.#clock = clock;
    this.#rules = rules;
    // Taken once: the kernel's own figure moves when the wall clock is set, and start times must not.
    this.#bootWallMs =
      parseBootTimeMs(fs.readSystemStat()) ?? Math.round((clock.wallMs() - clock.bootMs()) / 1000) * 1000;
  }

  describe(process: KnownProcess, handles: number): ProcessRow {
    return { ...(this.#settled.get(process) ?? this.#read(process)), handles };
  }

  #read(process: KnownProcess): Description {
    const { pid, comm } = process;
    const executable = cutDeleted(this.#fs.readExecutable(pid)).slice(0, LONGEST_PATH);
    const description = {
      pid,
      startMs: this.#bootWallMs + startBootMs(process.startTicks),
      name: nameProcess({ comm, executable, commandLine: this.#readCommandLine(pid) }, this.#rules),
      unit: unitOfCgroup(this.#fs.readCgroup(pid)),
      executable: sanitizeName(executable, LONGEST_PATH),
      executableChangeMs: this.#fs.readExecutableChangeMs(pid),
    };
    if (this.#clock.bootMs() - startBootMs(process.startTicks) >= SETTLED_AGE_MS)
      this.#settled.set(process, description);
    return description;
  }

  #readCommandLine(pid: number): string {
    if (!this.#rules.some((rule) => rule.commandLine !== undefined)) return '';
    const text = this.#fs.readCommandLine(pid).slice(0, LONGEST_COMMAND_LINE);
    return text.replaceAll('\0', ' ').trimEnd();
  }
}
