import { accessSync, constants } from 'node:fs';
import type { Settings } from '../../../config/settings.ts';
import { type Finding, notApplicable, ok, warning } from '../../check.ts';
import { findMountPoint } from '../mount-point.ts';
import type { ReadProcText } from './proc-texts.ts';

const EVENT = 'events/sock/inet_sock_set_state';

/** Whether `--linux.trace` could be used, without starting a trace; the check `trace` tells how one that is on fares. */
export function checkTracefs(
  readText: ReadProcText,
  mode: Settings['linuxTrace'],
  mayUse: (root: string) => boolean = mayUseEvent,
): Finding {
  const root = findMountPoint(readText('self/mountinfo'), 'tracefs');
  const obstacle = root === '' ? 'no tracefs is mounted' : mayUse(root) ? '' : `${root} does not let this process in`;
  if (obstacle === '') {
    const hint = mode === 'off' ? '; --linux.trace=auto would tell remotes that no sample sees' : '';
    return ok(`connections can be traced${hint}`);
  }
  if (mode === 'off') return notApplicable(`--linux.trace is off, and could not be used: ${obstacle}`);
  const remedy = root === '' ? 'mount -t tracefs nodev /sys/kernel/tracing' : 'run it as root';
  return warning(`--linux.trace=${mode} cannot trace: ${obstacle}`, `${remedy}, or leave --linux.trace off`);
}

/** Instances are made and events enabled by writing. */
function mayUseEvent(root: string): boolean {
  try {
    accessSync(`${root}/instances`, constants.R_OK | constants.W_OK | constants.X_OK);
    accessSync(`${root}/${EVENT}/enable`, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
