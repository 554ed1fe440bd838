import type { Problem } from '../../../model/problem.ts';
import type { FsFailure } from './process-fs.ts';

/** What went wrong in one search for owners. */
export interface OwnerTrouble {
  /** Why the processes could not be listed, if so. */
  readonly listing: FsFailure | undefined;
  readonly outOfTime: boolean;
  /** True when a socket's owner was not found and some processes may not be looked into. */
  readonly hidden: boolean;
}

const HIDDEN =
  'some owners are hidden: run as root or grant CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (systemd: AmbientCapabilities=, ' +
  'files: setcap cap_sys_ptrace,cap_dac_read_search=ep, containers: --pid=host --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH), ' +
  'and see that the proc root is not mounted with hidepid';

/** At most one problem per kind, with constant texts. */
export function listOwnerProblems({ listing, outOfTime, hidden }: OwnerTrouble): Problem[] {
  const problems: Problem[] = [];
  const add = (code: string, message: string) => problems.push({ piece: 'owners', code, message });
  if (listing !== undefined)
    add('EPH_PROC_UNREADABLE', 'the processes cannot be listed: check --path.procfs and the limit of open files');
  if (hidden) add('EPH_OWNERS_HIDDEN', HIDDEN);
  if (outOfTime)
    add('EPH_OWNERS_BUDGET', 'the time for finding owners was spent; the rest is found in the next samples');
  return problems;
}
