import { type Finding, ok, warning } from '../../check.ts';
import { windowsBuildOf } from '../probe/native-probe.ts';
import { FIRST_BOUND_BUILD } from '../tables/bound-tables.ts';

/** Whether this build is one whose tables of bound-only sockets are called; `release` as `os.release()` tells it. */
export function checkBuild(release: string): Finding {
  const build = windowsBuildOf(release);
  if (build >= FIRST_BOUND_BUILD) return ok(`Windows ${release}`);
  return warning(
    `Windows ${release}; bound-only sockets are read natively from build ${FIRST_BOUND_BUILD} on, here by CIM or netstat`,
    'Server 2019, Windows 10 1809 or later shows them at once and at less cost',
  );
}
