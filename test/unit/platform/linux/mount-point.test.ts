import { describe, expect, it } from 'vitest';
import { findMountPoint } from '../../../../src/platform/linux/mount-point.ts';

const find = (mountinfo: string) => findMountPoint(mountinfo, 'cgroup2');

describe('mount point of a file system', () => {
  const V1 = '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n';

  it('is found on unified and hybrid hosts', () => {
    expect(find('30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n')).toBe('/sys/fs/cgroup');
    expect(find(`${V1}41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`)).toBe('/sys/fs/cgroup/unified');
  });

  it('is that of the type asked for', () => {
    const mountinfo = `${V1}50 23 0:12 / /sys/kernel/tracing rw - tracefs tracefs rw\n`;
    expect(findMountPoint(mountinfo, 'tracefs')).toBe('/sys/kernel/tracing');
    expect(find(mountinfo)).toBe('');
  });

  it('has its octal escapes undone', () => {
    expect(find('1 2 0:3 / /mnt/a\\040b rw - cgroup2 none rw\n')).toBe('/mnt/a b');
  });

  it('is empty where there is none', () => {
    for (const text of ['', V1, 'garbage - cgroup2', ' - cgroup2 x']) expect(find(text)).toBe('');
  });
});
