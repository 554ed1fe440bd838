import { readdirSync, readFileSync, statSync } from 'node:fs';

/** What narrowing by cgroup needs of the cgroup2 tree; every call is synchronous and none throws. */
export interface CgroupFs {
  /** Mount point of the cgroup2 hierarchy; empty when there is none. */
  readonly root: string;
  /** Names of the child groups. */
  children(path: string): readonly string[];
  /** Inode of a group's directory, which is its id; 0 when it is gone. */
  idOf(path: string): number;
  /** Ids of the member processes; empty when they cannot be read. */
  members(path: string): readonly number[];
}

/** {@link CgroupFs} over the real tree mounted at `root`. */
export function openCgroupFs(root: string): CgroupFs {
  return {
    root,
    children: (path) =>
      attempt(
        () =>
          readdirSync(path, { withFileTypes: true })
            .filter((entry) => entry.isDirectory())
            .map((entry) => entry.name),
        [],
      ),
    idOf: (path) => attempt(() => statSync(path).ino, 0),
    members: (path) =>
      attempt(
        () =>
          readFileSync(`${path}/cgroup.procs`, 'utf8')
            .split('\n')
            .map(Number)
            .filter((pid) => pid > 0),
        [],
      ),
  };
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
