import { type Attributed, FOLDED_NETNS } from '../model/attributed.ts';
import { PROTOCOLS, type Protocol } from '../model/protocol.ts';
import type { NamespaceRow, Sample } from '../model/sample.ts';
import { type PortState, TCP_PORT_STATES, UDP_PORT_STATES } from '../model/socket-state.ts';
import { capacityOfPool, rangesOf } from './capacity.ts';
import type { Places } from './places.ts';

/** One protocol in one place whose sockets are known. */
export interface Pool {
  /** Index into `Places.names`. */
  readonly place: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** Index into `Sample.namespaces`; absent for the folded ones. */
  readonly netns?: number;
  /** Absent where a range is not known. */
  readonly capacity?: number;
  /** The states that the source shows here. */
  readonly visible: readonly PortState[];
}

const TCP_WITHOUT_BOUND = TCP_PORT_STATES.filter((state) => state !== 'bound');

/** The pools of a sample; one that could not be read is left out, since nothing true can be said of it. */
export function knownPools({ sample }: Attributed, { names, ofNamespace }: Places): Pool[] {
  const protocols = PROTOCOLS.filter((protocol) => wasRead(sample, protocol));
  const indexesOf: number[][] = names.map(() => []);
  for (const [netns, place] of ofNamespace.entries()) indexesOf[place]?.push(netns);
  return names.flatMap((name, place) =>
    protocols.flatMap((protocol) => {
      const indexes = (indexesOf[place] ?? []).filter((netns) => isKnown(sample.namespaces[netns], protocol));
      const [netns] = indexes;
      if (netns === undefined) return [];
      const members = indexes.map((index) => sample.namespaces[index] as NamespaceRow);
      const capacity = sumOfCapacities(members, protocol);
      return [
        {
          place,
          name,
          protocol,
          ...(name !== FOLDED_NETNS && { netns }),
          ...(capacity !== undefined && { capacity }),
          visible: statesOf(sample, members, protocol),
        },
      ];
    }),
  );
}

function wasRead({ pieces }: Sample, protocol: Protocol): boolean {
  return pieces.some(({ piece, success }) => piece === protocol && success);
}

function isKnown({ ranges = [], unread = [] }: Partial<NamespaceRow> = {}, protocol: Protocol): boolean {
  return ranges.some((range) => range.protocol === protocol) && !unread.includes(protocol);
}

function sumOfCapacities(members: readonly NamespaceRow[], protocol: Protocol): number | undefined {
  let sum = 0;
  for (const namespace of members) {
    const capacity = namespace.rangesAssumed === true ? undefined : capacityOfPool(rangesOf(namespace, protocol));
    if (capacity === undefined) return undefined;
    sum += capacity;
  }
  return sum;
}

function statesOf({ pieces }: Sample, members: readonly NamespaceRow[], protocol: Protocol): readonly PortState[] {
  if (protocol === 'udp') return UDP_PORT_STATES;
  const boundRead = !pieces.some(({ piece, success }) => piece === 'bound' && !success);
  return boundRead && members.some(({ boundVisible }) => boundVisible) ? TCP_PORT_STATES : TCP_WITHOUT_BOUND;
}
