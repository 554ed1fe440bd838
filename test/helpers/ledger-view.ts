import { formatEndpoint } from '../../src/model/address.ts';
import type { Attributed, OwnerGroup } from '../../src/model/attributed.ts';
import { PORT_STATES } from '../../src/model/socket-state.ts';

/** One port of an attributed sample in words. */
export interface PortView {
  readonly state: string;
  /** Process name of the owner, or the owner code. */
  readonly owner: string;
  /** Label of the group. */
  readonly group: string;
  readonly heldSinceMs: number | undefined;
  readonly stuck: boolean;
  readonly remote: string | undefined;
}

const CODES = ['kernel', 'no_permission', 'gone', 'time_wait'];
const OWNER_CODES = ['kernel', 'noPermission', 'gone', 'timeWait'];

/** The port of a sample in words; undefined when it is not used. */
export function portOf(
  { ports, owners, groups, remotes, sample }: Attributed,
  port: number,
  protocol = 'tcp',
  netns = 'host',
): PortView | undefined {
  for (let row = 0; row < ports.length; row++) {
    const isSame =
      ports.port[row] === port &&
      ports.protocol[row] === (protocol === 'tcp' ? 0 : 1) &&
      sample.namespaces[ports.netns[row] as number]?.name === netns;
    if (!isSame) continue;
    const owner = ports.owner[row] as number;
    const heldSinceMs = ports.heldSinceMs[row] as number;
    const remote = ports.lastRemote[row] as number;
    return {
      state: PORT_STATES[ports.state[row] as number] as string,
      owner: owner < 0 ? (CODES[-owner - 1] as string) : (owners[owner]?.name as string),
      group: groups[ports.group[row] as number]?.process as string,
      heldSinceMs: Number.isNaN(heldSinceMs) ? undefined : heldSinceMs,
      stuck: ports.stuck[row] === 1,
      remote: remote < 0 ? undefined : formatEndpoint(remotes.words, remote * 4, remotes.ports[remote] as number),
    };
  }
  return undefined;
}

/** The group that is shown under `process`; undefined when no group is. */
export function groupOf(
  { groups }: Attributed,
  process: string,
  netns = 'host',
  unit?: string,
): OwnerGroup | undefined {
  return groups.find(
    (group) => group.process === process && group.netns === netns && (unit === undefined || group.unit === unit),
  );
}

/** Labels of the named groups, sorted. */
export function namedGroups({ groups }: Attributed): readonly string[] {
  return groups
    .filter((group) => group.kind === 'named')
    .map((group) => group.process)
    .sort();
}

/** Socket texts on `count` ports from `first` on; `text` says everything but the port, written as `PORT`. */
export function socketsOn(first: number, count: number, text: string): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    text.replace('PORT', String(first + index)).replace('COOKIE', String(first * 100 + index)),
  );
}

/** `netns process unit`, or `netns (kind)`. */
export function labelOf(group: OwnerGroup | undefined): string {
  return group === undefined ? '' : `${group.netns} ${group.process}${group.kind === 'named' ? ` ${group.unit}` : ''}`;
}

/** Every port of a sample in words, by `netns protocol port`; the owner as `pid@startMs` or owner code. */
export function portsOf({ ports, owners, groups, remotes, sample }: Attributed): Map<string, object> {
  const described = new Map<string, object>();
  for (let row = 0; row < ports.length; row++) {
    const owner = ports.owner[row] as number;
    const process = owners[owner];
    const remote = ports.lastRemote[row] as number;
    const heldSinceMs = ports.heldSinceMs[row] as number;
    const netns = sample.namespaces[ports.netns[row] as number]?.name;
    described.set(`${netns} ${ports.protocol[row] === 0 ? 'tcp' : 'udp'} ${ports.port[row]}`, {
      state: PORT_STATES[ports.state[row] as number],
      owner: process === undefined ? OWNER_CODES[-owner - 1] : `${process.pid}@${process.startMs}`,
      group: labelOf(groups[ports.group[row] as number]),
      heldSinceMs: Number.isNaN(heldSinceMs) ? undefined : heldSinceMs,
      stuck: ports.stuck[row] === 1,
      remote: remote < 0 ? undefined : formatEndpoint(remotes.words, remote * 4, remotes.ports[remote] as number),
    });
  }
  return described;
}
