import { type Finding, ok, warning } from '../../check.ts';
import { hasCapability } from './capabilities.ts';
import type { ReadProcText } from './proc-texts.ts';

/** Whether the proc root hides other users' processes from this one (mount option `hidepid`, proc(5)). */
export function checkHidepid(readText: ReadProcText, procfs: string): Finding {
  const mode = hidepidOf(readText('self/mountinfo'), procfs);
  if (mode === '' || mode === '0' || mode === 'off') return ok('the proc root hides no process');
  if (hasCapability(readText('self/status'), 'CAP_SYS_PTRACE')) {
    return ok(`the proc root is mounted with hidepid=${mode}, which CAP_SYS_PTRACE sees through`);
  }
  const why = `the proc root is mounted with hidepid=${mode}: other users' processes are hidden`;
  return warning(why, `mount -o remount,hidepid=0 ${procfs}, or grant CAP_SYS_PTRACE`);
}

/** Value of the option on the mount at `procfs`; empty when there is none. */
function hidepidOf(mountinfo: string, procfs: string): string {
  let mode = '';
  for (const line of mountinfo.split('\n')) {
    const [mount = '', filesystem = ''] = line.split(' - ');
    // The last mount of a place is the one that is seen.
    if (mount.split(' ')[4] === procfs) mode = /[ ,]hidepid=(\w+)/.exec(filesystem)?.[1] ?? '';
  }
  return mode;
}
