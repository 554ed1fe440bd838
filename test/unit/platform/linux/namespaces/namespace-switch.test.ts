import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { NamespaceSwitch } from '../../../../../src/platform/linux/namespaces/namespace-switch.ts';

const EPERM = 1;
const EINVAL = 22;
let root: string;
let inode: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'eph-switch-'));
  for (const process of ['thread-self', '7']) {
    mkdirSync(join(root, process, 'ns'), { recursive: true });
    writeFileSync(join(root, process, 'ns/net'), '');
  }
  inode = String(statSync(join(root, '7/ns/net')).ino);
});
afterAll(() => rmSync(root, { recursive: true }));

/** A kernel that answers the calls of setns with these errnos in turn, then with 0. */
function makeSwitch(...errnos: number[]) {
  const entered: number[] = [];
  let errno = 0;
  const libc = {
    setns: (fd: number) => {
      errno = errnos.shift() ?? 0;
      if (errno === 0) entered.push(fd);
      return errno === 0 ? 0 : -1;
    },
    errno: () => errno,
  };
  return { entered, switcher: new NamespaceSwitch(libc, root) };
}

const openFiles = () => readdirSync('/proc/self/fd').length;

describe('NamespaceSwitch', () => {
  it('is elsewhere for the work and nothing else, and holds no descriptor of elsewhere', () => {
    const { entered, switcher } = makeSwitch();
    const before = openFiles();
    expect(switcher.within({ pid: 7, inode }, () => entered.length)).toBe(1);
    expect(entered.length).toBe(2);
    expect(entered[1]).not.toBe(entered[0]);
    expect(openFiles()).toBe(before);
    switcher.close();
  });

  it('comes back when the work fails', () => {
    const { entered, switcher } = makeSwitch();
    const fail = () => {
      throw new ExporterError('EPH_NETLINK_OPEN', 'no socket');
    };
    expect(() => switcher.within({ pid: 7, inode }, fail)).toThrow('no socket');
    expect(entered.length).toBe(2);
    switcher.close();
  });

  it.each([
    ['the process is gone', { pid: 8 }, [], 'EPH_NAMESPACE_GONE'],
    ['its number belongs to one that lives elsewhere', { pid: 7, inode: '1' }, [], 'EPH_NAMESPACE_GONE'],
    ['the right is missing', { pid: 7 }, [EPERM], 'EPH_NAMESPACE_REFUSED'],
    ['the kernel has another reason', { pid: 7 }, [EINVAL], 'EPH_NAMESPACE_FAILED'],
  ])('says why it cannot enter: %s', (_, door, errnos, code) => {
    const { entered, switcher } = makeSwitch(...errnos);
    const before = openFiles();
    const enter = () => switcher.within({ inode, ...door }, () => 'entered');
    expect(enter).toThrow(expect.objectContaining({ code }));
    expect(entered).toEqual([]);
    expect(openFiles()).toBe(before);
    switcher.close();
  });

  it('tells no expected trouble but a plain error when there is no way back: the thread must end', () => {
    const { switcher } = makeSwitch(0, EPERM);
    let thrown: unknown;
    try {
      switcher.within({ pid: 7, inode }, () => {
        throw new ExporterError('EPH_NETLINK_OPEN', 'covered by what is worse');
      });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).not.toBeInstanceOf(ExporterError);
    expect(String(thrown)).toContain('no way back to our own network namespace: EPERM');
    switcher.close();
  });
});
