import { sanitizeName } from './process-name.ts';

// systemd-run names what it starts by a random or counting number.
const TRANSIENT_SERVICE = /^run-(?:[ru][0-9a-f]+|p\d+-i\d+|\d+)\.service$/;
// docker-ID.scope, /docker/ID, cri-containerd-ID.scope, crio-ID, crio-conmon-ID, libpod-ID, nerdctl-ID, /kubepods/.../ID.
const CONTAINER_ID = /^(?:[\w.-]*[-:])?[0-9a-f]{64}(?:\.scope)?$/;
const CONTAINER_PARENT =
  /^(?:kubepods(?:[.-].*)?|lxc|lxc\.payload.*|systemd-nspawn@.*\.service|machine-(?!qemu).*\.scope)$/;
// Accept=yes sockets start an instance per connection: number, local and remote endpoint, or number, pid and uid.
const CONNECTION_INSTANCE = /^(.+@)\d+-(?:.+:\d+-.+:\d+|\d+-\d+)\.service$/;
const UNIT = /^.+\.(?:service|socket|mount|swap)$/;

/**
 * Unit of a process by its `/proc/PID/cgroup`: a systemd service by name, else `session`, `user`, `transient` or
 * `container`, or empty; from the v2 line, else from v1's `name=systemd`.
 */
export function unitOfCgroup(text: string): string {
  const lines = text.split('\n').map(parseLine);
  const paths = lines.filter((line) => line !== undefined);
  // A v1 container may be told by any hierarchy: its runtime does not always join all of them.
  if (paths.some((line) => isContainer(line.segments))) return 'container';
  for (const controllers of ['', 'name=systemd']) {
    const segments = paths.find((line) => line.controllers === controllers)?.segments;
    const unit = segments === undefined ? '' : unitOfSegments(segments);
    if (unit !== '') return unit;
  }
  return '';
}

function parseLine(line: string): { controllers: string; segments: string[] } | undefined {
  const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
  if (match === null) return undefined;
  const [, controllers = '', path = ''] = match;
  return { controllers, segments: path.split('/').filter((segment) => segment !== '') };
}

function isContainer(segments: readonly string[]): boolean {
  return segments.some((segment) => CONTAINER_ID.test(segment) || CONTAINER_PARENT.test(segment));
}

function unitOfSegments(segments: readonly string[]): string {
  for (const segment of segments) {
    if (/^user@\d+\.service$/.test(segment)) return 'user';
    if (/^session-.+\.scope$/.test(segment)) return 'session';
    if (segment === 'init.scope') return segment;
    // A scope is made by a program while it runs, never by a unit file.
    if (segment.endsWith('.scope') || TRANSIENT_SERVICE.test(segment)) return 'transient';
    if (UNIT.test(segment)) return sanitizeName(segment.replace(CONNECTION_INSTANCE, '$1.service'));
  }
  return segments[0] === 'user.slice' ? 'user' : '';
}
