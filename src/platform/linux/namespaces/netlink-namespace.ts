import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Libc } from '../libc.ts';
import type { Enter } from '../netlink/netlink.ts';
import { PortRangeReader, RANGE_FILES, unreadableRange } from '../port-range.ts';
import type { SocketTables } from '../sockets/socket-tables.ts';
import type { OpenNamespace } from './namespace-access.ts';
import { readNamespaceCookie } from './namespace-cookie.ts';
import type { NamespaceSwitch } from './namespace-switch.ts';

export interface NetlinkNamespaceParts {
  readonly libc: Libc;
  readonly procRoot: string;
  readonly switcher: NamespaceSwitch;
  /** Tables of the namespace with that inode, whose sockets are made by what `enter` runs. */
  readonly openTables: (enter: Enter, inode: string) => SocketTables;
}

// The kernel clears as many bytes as it is asked for, and only long lists of reserved ports need more than a few.
const USUAL_BYTES = 4_096;
const MOST_BYTES = 262_144;

/**
 * Opens namespaces from within. Kept between samples are descriptors of its two sysctl files only, which tell every change
 * and keep nothing alive; the netlink socket, which would, is opened for a reading and closed with it.
 */
export function netlinkNamespaces({ libc, procRoot, switcher, openTables }: NetlinkNamespaceParts): OpenNamespace {
  const scratch = Buffer.alloc(MOST_BYTES);
  const readAll = (fd: number): string => {
    let length = readSync(fd, scratch, 0, USUAL_BYTES, 0);
    if (length === USUAL_BYTES) length = readSync(fd, scratch, 0, MOST_BYTES, 0);
    return scratch.toString('latin1', 0, length);
  };
  return (door) => {
    const enter: Enter = (work) => switcher.within(door(), work);
    const files = new Map<string, number>();
    const close = (): void => {
      for (const fd of files.values()) closeSync(fd);
      files.clear();
    };
    const readText = (file: string): string => {
      const fd = files.get(file);
      if (fd === undefined) throw unreadableRange(`${file} is not open`);
      return readAll(fd);
    };
    const cookie = enter(() => {
      try {
        for (const file of RANGE_FILES) files.set(file, openSync(join(procRoot, file), 'r'));
      } catch (error) {
        close();
        throw unreadableRange(error instanceof Error ? error.message : String(error), error);
      }
      return readNamespaceCookie(libc);
    });
    const range = new PortRangeReader(readText);
    return { cookie, tables: openTables(enter, door().inode), readRanges: () => range.read(), close };
  };
}
