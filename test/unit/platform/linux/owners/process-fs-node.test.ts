import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FD_LINK } from '../../../../../src/platform/linux/owners/process-fs.ts';
import { openProcessFs, parseSocketLink } from '../../../../../src/platform/linux/owners/process-fs-node.ts';

describe('proc root', () => {
  let root = '';

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'proc-'));
    for (const pid of ['9', '10', '100']) mkdirSync(join(root, pid, 'fd'), { recursive: true });
    for (const other of ['self', 'sys', '12x', '99999999999']) mkdirSync(join(root, other));
    symlinkSync('socket:[4026]', join(root, '10/fd/3'));
    symlinkSync('/dev/null', join(root, '10/fd/0'));
    symlinkSync('pipe:[77]', join(root, '10/fd/11'));
    symlinkSync('/opt/bin/app (deleted)', join(root, '10/exe'));
    writeFileSync(join(root, '10/stat'), '10 (app) S 1');
    writeFileSync(join(root, '10/cgroup'), Buffer.from([0x30, 0x3a, 0x3a, 0x2f, 0xff, 0xfe]));
    writeFileSync(join(root, 'notdir'), '');
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it('lists processes and descriptors in numeric order and nothing else', () => {
    const fs = openProcessFs(root);
    expect(fs.listPids()).toEqual([9, 10, 100]);
    expect(fs.listFds(10)).toEqual(Int32Array.of(0, 3, 11));
  });

  it('tells sockets from other files', () => {
    const fs = openProcessFs(root);
    expect([0, 3, 11].map((fd) => fs.readFdLink(10, fd))).toEqual([FD_LINK.notSocket, 4026, FD_LINK.notSocket]);
  });

  it('answers for what is not there without throwing', () => {
    const fs = openProcessFs(root);
    expect(fs.readFdLink(10, 4)).toBe(FD_LINK.gone);
    expect(fs.listFds(4711)).toBe('gone');
    expect(openProcessFs(join(root, 'nowhere')).listPids()).toBe('gone');
    expect(openProcessFs(join(root, 'notdir')).listPids()).toBe('gone');
    expect([fs.readStat(4711), fs.readCommandLine(10), fs.readExecutable(9), fs.readSystemStat()]).toEqual([
      '',
      '',
      '',
      '',
    ]);
    expect([fs.countFds(4711), fs.readExecutableChangeMs(10)]).toEqual([-1, 0]);
  });

  it('gives texts as they are, bad UTF-8 replaced', () => {
    const fs = openProcessFs(root);
    expect(fs.readStat(10)).toBe('10 (app) S 1');
    expect(fs.readExecutable(10)).toBe('/opt/bin/app (deleted)');
    expect(fs.readCgroup(10)).toBe('0::/\ufffd\ufffd');
  });

  it('takes only a whole 32-bit inode out of a link', () => {
    expect(parseSocketLink('socket:[4294967295]')).toBe(0xffff_ffff);
    for (const link of [
      'socket:[]',
      'socket:[0]',
      'socket:[4294967296]',
      'socket:[99999999999]',
      'socket:[1a]',
      'socket:',
      '',
    ]) {
      expect(parseSocketLink(link)).toBe(FD_LINK.notSocket);
    }
  });
});
