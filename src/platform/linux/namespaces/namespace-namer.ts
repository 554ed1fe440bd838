import { sanitizeName } from '../owners/process-name.ts';
import type { ContainerIdentity } from './container-of-cgroup.ts';
import type { NamespaceFs } from './namespace-fs.ts';

/** How a network namespace is told to people. */
export interface NamespaceLabel extends ContainerIdentity {
  readonly name: string;
}

// A namespace's first processes may be of its runtime, outside every container.
const ASKED_PROCESSES = 8;
const RESERVED = new Set(['host', 'self']);

/** Names namespaces: by `ip netns`, else by pod, else by container, else by inode; no two alike. */
export class NamespaceNamer {
  readonly #fs: Pick<NamespaceFs, 'readIpNetnsNames' | 'readContainer'>;
  readonly #hostInode: string;
  #names: ReadonlyMap<string, string> | undefined;

  /** `hostInode` is that of the initial namespace; empty when not known. */
  constructor(fs: Pick<NamespaceFs, 'readIpNetnsNames' | 'readContainer'>, hostInode: string) {
    this.#fs = fs;
    this.#hostInode = hostInode;
  }

  /** To be called before the namespaces of a sample: what `ip netns` says is then looked up anew when it is needed. */
  begin(): void {
    this.#names = undefined;
  }

  /** `taken` are the names of the other namespaces. */
  name(inode: string, pids: readonly number[], taken: ReadonlySet<string>): NamespaceLabel {
    if (inode === this.#hostInode) return { name: 'host', container: '', podUid: '' };
    this.#names ??= this.#fs.readIpNetnsNames();
    const place = this.#findContainer(pids);
    const wished = sanitizeName(this.#names.get(inode) ?? '') || place.podUid || place.container || inode;
    return { ...place, name: distinct(wished, inode, taken) };
  }

  #findContainer(pids: readonly number[]): ContainerIdentity {
    for (const pid of pids.slice(0, ASKED_PROCESSES)) {
      const place = this.#fs.readContainer(pid);
      if (place.container !== '' || place.podUid !== '') return place;
    }
    return { container: '', podUid: '' };
  }
}

/** A name that begins with `(` could be taken for the folded rest. */
function distinct(wished: string, inode: string, taken: ReadonlySet<string>): string {
  const name = wished.startsWith('(') ? `_${wished}` : wished;
  return RESERVED.has(name) || taken.has(name) ? `${name}-${inode}` : name;
}
