import { type Finding, ok, warning } from '../../check.ts';
import { NATIVE_PARTS, type NativeReport } from '../probe/native-probe.ts';

/** Which native calls work, tried in a process that can be spared; the others have a way around them, or none. */
export function checkNativeCalls(report: NativeReport): Finding {
  const failed = NATIVE_PARTS.filter((part) => report[part] !== '');
  if (failed.length === 0) return ok(`all work: ${NATIVE_PARTS.join(', ')}`);
  const reasons = failed.map((part) => `${part} (${report[part]})`).join('; ');
  const remedy =
    'the checks of these pieces tell what stands in; report this line where the build is one that should have them';
  return warning(`not used: ${reasons}`, remedy);
}
