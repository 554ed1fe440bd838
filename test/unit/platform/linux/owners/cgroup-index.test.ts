import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CgroupFs, openCgroupFs } from '../../../../../src/platform/linux/owners/cgroup-fs.ts';
import { CgroupIndex } from '../../../../../src/platform/linux/owners/cgroup-index.ts';

const never = () => false;

describe('processes of a cgroup', () => {
  let root = '';
  const join2 = (path: string) => join(root, path);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cgroup-'));
    for (const path of ['system.slice/a.service', 'user.slice']) mkdirSync(join2(path), { recursive: true });
    writeFileSync(join2('cgroup.procs'), '1\n2\n');
    writeFileSync(join2('system.slice/a.service/cgroup.procs'), '0\n4711\n4712\n');
    writeFileSync(join2('user.slice/cgroup.procs'), Array.from({ length: 65 }, (_, index) => index + 1).join('\n'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('are found by the inode of its directory, at any depth', () => {
    const index = new CgroupIndex(openCgroupFs(root));
    expect(index.membersOf(statSync(join2('system.slice/a.service')).ino, 0, never)).toEqual([4711, 4712]);
  });

  it('are none for the root, a crowd, an unreadable group and no group', () => {
    const index = new CgroupIndex(openCgroupFs(root));
    for (const path of ['', 'user.slice', 'system.slice']) {
      expect(index.membersOf(statSync(join2(path)).ino, 0, never)).toEqual([]);
    }
    expect(index.membersOf(0, 0, never)).toEqual([]);
    expect(new CgroupIndex(openCgroupFs('')).membersOf(5, 0, never)).toEqual([]);
  });

  it('of a new group are found after a while, without a walk of the tree for each unknown one', () => {
    const real = openCgroupFs(root);
    let walks = 0;
    const fs: CgroupFs = {
      ...real,
      children: (path) => {
        if (path === root) walks++;
        return real.children(path);
      },
    };
    const index = new CgroupIndex(fs);
    index.membersOf(1, 0, never);
    mkdirSync(join2('new.service'));
    writeFileSync(join2('new.service/cgroup.procs'), '99\n');
    const id = statSync(join2('new.service')).ino;
    expect(index.membersOf(id, 1_000, never)).toEqual([]);
    expect(index.membersOf(id, 31_000, never)).toEqual([99]);
    expect(walks).toBe(2);
  });
});
