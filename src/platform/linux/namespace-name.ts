import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface NamespaceIdentity {
  /** `host` for the initial namespace, else `self`. */
  readonly name: 'host' | 'self';
  /** Decimal inode of the namespace; empty when not known. */
  readonly inode: string;
  /** The kernel's own number for it; absent when it cannot be had. */
  readonly identity?: string;
  /** Whose processes and namespaces the proc root shows, for `source_info`. */
  readonly scope: 'host' | 'container';
}

/** The network namespace we run in. Reads nothing that needs a capability. */
export function identifyNamespace(procfs: string): NamespaceIdentity {
  const inode = parseNamespaceLink(readLink(join(procfs, 'self/ns/net')));
  const scope = isHostView(procfs) ? 'host' : 'container';
  const name = scope === 'host' && sharesNamespaceWithInit(procfs) ? 'host' : 'self';
  return { name, inode, scope };
}

/** Inode in the target of a `/proc/PID/ns/net` link (`net:[4026531840]`); empty when it is none. */
export function parseNamespaceLink(target: string): string {
  return /^net:\[(\d{1,10})\]$/.exec(target)?.[1] ?? '';
}

/** Pid 2 is the kernel's thread daemon in the initial pid namespace and nowhere else. */
function isHostView(procfs: string): boolean {
  try {
    return readFileSync(join(procfs, '2/comm'), 'latin1').trim() === 'kthreadd';
  } catch {
    return false;
  }
}

/**
 * By the inode of a file below `net`, of which each namespace has its own: `ns/net` of pid 1 is hidden from everybody
 * without CAP_SYS_PTRACE, this is not.
 */
function sharesNamespaceWithInit(procfs: string): boolean {
  try {
    return statSync(join(procfs, '1/net/tcp')).ino === statSync(join(procfs, 'self/net/tcp')).ino;
  } catch {
    return false;
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
