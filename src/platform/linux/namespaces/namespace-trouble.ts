import { ExporterError } from '../../../errors.ts';
import type { Problem } from '../../../model/problem.ts';

const REFUSED =
  'other network namespaces may not be entered: their connections are read through /proc, their ranges and bound-only ports ' +
  'are absent; run as root or grant CAP_SYS_ADMIN beside CAP_SYS_PTRACE (systemd: the drop-in namespaces.conf, containers: ' +
  '--cap-add SYS_ADMIN), or switch this off with --no-collector.namespaces';

/** What went wrong with the namespaces of one sample, as problems: one a kind, however many namespaces there are. */
export class NamespaceTrouble {
  readonly #problems = new Map<string, Problem>();
  #failed = 0;

  /** Runs `work` for one namespace; expected trouble is noted, and errors that are not ours are bugs and pass through. */
  attempt(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      if (error.code === 'EPH_NAMESPACE_GONE') this.#note(error.code, error.message);
      else
        this.#note(
          'EPH_NAMESPACE_FAILED',
          `${++this.#failed} network namespaces cannot be read, the last ${name}: ${error.message}`,
        );
    }
  }

  /** One a piece and code, the last. */
  add(problem: Problem): void {
    this.#problems.set(`${problem.piece} ${problem.code}`, problem);
  }

  noteUnlisted(): void {
    this.#note(
      'EPH_PROC_UNREADABLE',
      'the processes cannot be listed: check --path.procfs and the limit of open files',
    );
  }

  noteRefused(): void {
    this.#note('EPH_NAMESPACE_REFUSED', REFUSED);
  }

  noteBudget(): void {
    this.#note(
      'EPH_NAMESPACES_BUDGET',
      'the time for other network namespaces was spent; the rest is read in the next samples',
    );
  }

  list(): Problem[] {
    return [...this.#problems.values()];
  }

  #note(code: string, message: string): void {
    this.add({ piece: 'namespaces', code, message });
  }
}
