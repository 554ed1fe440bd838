import { PROTOCOLS, type Protocol } from '../model/protocol.ts';
import type { Sample } from '../model/sample.ts';
import { type PortState, TCP_PORT_STATES, UDP_PORT_STATES } from '../model/socket-state.ts';
import { capacityOfPool, rangesOf } from './capacity.ts';

/** One protocol in one namespace whose range and sockets are both known. */
export interface Pool {
  /** Index into `Sample.namespaces`. */
  readonly netns: number;
  readonly name: string;
  readonly protocol: Protocol;
  readonly capacity: number;
  /** The states that the source shows here. */
  readonly visible: readonly PortState[];
}

const TCP_WITHOUT_BOUND = TCP_PORT_STATES.filter((state) => state !== 'bound');

/** The pools of a sample; one whose range or sockets could not be read is left out, since nothing true can be said of it. */
export function knownPools(sample: Sample): Pool[] {
  const protocols = PROTOCOLS.filter((protocol) => wasRead(sample, protocol));
  const boundRead = !sample.pieces.some(({ piece, success }) => piece === 'bound' && !success);
  return sample.namespaces.flatMap((namespace, netns) =>
    protocols.flatMap((protocol) => {
      const capacity = capacityOfPool(rangesOf(namespace, protocol));
      if (capacity === undefined) return [];
      const tcpStates = boundRead && namespace.boundVisible ? TCP_PORT_STATES : TCP_WITHOUT_BOUND;
      const visible = protocol === 'udp' ? UDP_PORT_STATES : tcpStates;
      return [{ netns, name: namespace.name, protocol, capacity, visible }];
    }),
  );
}

function wasRead(sample: Sample, protocol: Protocol): boolean {
  return sample.pieces.some(({ piece, success }) => piece === protocol && success);
}
