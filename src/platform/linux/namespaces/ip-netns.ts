import { readdirSync, statSync } from 'node:fs';

// Made by CNI plugins, podman and CRI-O: a random name says less than the pod or the container it belongs to.
const MADE_UP = /^(?:cni-|netns-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Names given by `ip netns add`, by inode: each is a file that the namespace is mounted on. `directories` are tried in turn,
 * the first that can be listed counts.
 */
export function readIpNetnsNames(directories: readonly string[]): ReadonlyMap<string, string> {
  for (const directory of directories) {
    const names = list(directory);
    if (names === undefined) continue;
    const byInode = new Map<string, string>();
    for (const name of names) {
      const inode = MADE_UP.test(name) ? undefined : inodeOf(`${directory}/${name}`);
      if (inode !== undefined && !byInode.has(inode)) byInode.set(inode, name);
    }
    return byInode;
  }
  return new Map();
}

function list(directory: string): string[] | undefined {
  try {
    return readdirSync(directory).sort();
  } catch {
    return undefined;
  }
}

function inodeOf(path: string): string | undefined {
  try {
    return String(statSync(path).ino);
  } catch {
    return undefined;
  }
}
