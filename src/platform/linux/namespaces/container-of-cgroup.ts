/** Where a process runs, by its cgroup; empty where it is in none. */
export interface ContainerIdentity {
  /** First 12 digits of the container's id. */
  readonly container: string;
  readonly podUid: string;
}

const SHOWN_DIGITS = 12;
// docker-ID.scope, cri-containerd-ID.scope, crio-ID, libpod-ID, nerdctl-ID, "...slice:cri-containerd:ID", or the ID alone.
const CONTAINER = /^(?:.*[-:])?([0-9a-f]{64})(?:\.scope)?$/;
// The program that watches over a container, outside of it.
const WATCHER = /conmon-/;
// kubepods-burstable-podUID.slice with _ for -, or a directory podUID; a static pod's UID is 32 digits without either.
const POD = /(?:^|-)pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:[.:].*)?$/;

/**
 * Container and pod of a process by `/proc/PID/cgroup`, v1 or v2, systemd or cgroupfs driver: the innermost of each, since
 * containers may run in containers.
 */
export function containerOfCgroup(text: string): ContainerIdentity {
  let container = '';
  let podUid = '';
  for (const line of text.split('\n')) {
    const path = /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1] ?? '';
    let ofLine = '';
    let podOfLine = '';
    for (const segment of path.split('/')) {
      if (!WATCHER.test(segment)) ofLine = CONTAINER.exec(segment)?.[1] ?? ofLine;
      podOfLine = POD.exec(segment)?.[1] ?? podOfLine;
    }
    // Not every hierarchy of v1 need have it.
    if (container === '') container = ofLine.slice(0, SHOWN_DIGITS);
    if (podUid === '') podUid = podOfLine.replaceAll('_', '-');
  }
  return { container, podUid };
}
