import type { Attributed } from '../model/attributed.ts';
import type { Protocol } from '../model/protocol.ts';
import { PROTOCOL } from '../model/protocol.ts';
import type { PortsByState } from '../model/report.ts';
import { PORT_STATE, PORT_STATES, type PortState } from '../model/socket-state.ts';
import type { Places } from './places.ts';

const STATE_COUNT = PORT_STATES.length;

/** Used ports by state, of every pool (place and protocol) and of every group and protocol. */
export interface Partition {
  readonly pools: Int32Array;
  readonly groups: Int32Array;
}

/** Counts every used port once in its pool and once in its group. */
export function partitionPorts({ ports, groups }: Attributed, { names, ofNamespace }: Places): Partition {
  const byPool = new Int32Array(names.length * 2 * STATE_COUNT);
  const byGroup = new Int32Array(groups.length * 2 * STATE_COUNT);
  for (let row = 0; row < ports.length; row++) {
    const protocol = ports.protocol[row] as number;
    const state = ports.state[row] as number;
    const place = ofNamespace[ports.netns[row] as number] as number;
    const pool = (place * 2 + protocol) * STATE_COUNT + state;
    const group = ((ports.group[row] as number) * 2 + protocol) * STATE_COUNT + state;
    byPool[pool] = (byPool[pool] as number) + 1;
    byGroup[group] = (byGroup[group] as number) + 1;
  }
  return { pools: byPool, groups: byGroup };
}

/**
 * Ports by state of the pool or group at `index`: the visible states, 0 included, and any other that holds ports, so that the
 * states always sum up to the whole.
 */
export function statesAt(
  counts: Int32Array,
  index: number,
  protocol: Protocol,
  visible: readonly PortState[],
): PortsByState {
  const offset = (index * 2 + PROTOCOL[protocol]) * STATE_COUNT;
  const states: Partial<Record<PortState, number>> = {};
  for (const state of PORT_STATES) {
    const ports = counts[offset + PORT_STATE[state]] as number;
    if (ports > 0 || visible.includes(state)) states[state] = ports;
  }
  return states;
}

export function sumStates(states: PortsByState): number {
  return Object.values(states).reduce((sum, ports) => sum + ports, 0);
}
