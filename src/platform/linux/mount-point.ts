import { readFileSync } from 'node:fs';

type MountType = 'cgroup2' | 'tracefs';

/**
 * Where a file system of the given type is mounted, by `/proc/self/mountinfo` (proc_pid_mountinfo(5)); the first such mount,
 * empty when there is none. On a hybrid host `cgroup2` is the `unified` one.
 */
export function findMountPoint(mountinfo: string, type: MountType): string {
  for (const line of mountinfo.split('\n')) {
    const [mount = '', filesystem = ''] = line.split(' - ');
    if (!filesystem.startsWith(`${type} `)) continue;
    const point = mount.split(' ')[4];
    // Blanks and backslashes are written in octal.
    if (point !== undefined) return point.replace(/\\([0-7]{3})/g, (_, octal: string) => octalCharacter(octal));
  }
  return '';
}

/** {@link findMountPoint} in the mounts that this process sees. */
export function readMountPoint(procRoot: string, type: MountType): string {
  try {
    return findMountPoint(readFileSync(`${procRoot}/self/mountinfo`, 'utf8'), type);
  } catch {
    return '';
  }
}

function octalCharacter(octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
