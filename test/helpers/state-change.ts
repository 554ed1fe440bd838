import type { AddressWords } from '../../src/model/address.ts';
import { SOCKET_STATE } from '../../src/model/socket-state.ts';
import type { StateChange } from '../../src/platform/linux/trace/trace-record.ts';

export const LOCAL: AddressWords = [0, 0, 0xffff, 0x0a00_0001];
export const REMOTE: AddressWords = [0, 0, 0xffff, 0xa9fe_a9fe];

type Given = Partial<StateChange>;
type Wire = keyof typeof SOCKET_STATE;

/** A change of socket 1 of thread 7 between 10.0.0.1:40000 and 169.254.169.254:80. */
export function change(from: Wire, to: Wire, given: Given = {}): StateChange {
  return {
    task: 7,
    socket: 1,
    oldState: SOCKET_STATE[from],
    newState: SOCKET_STATE[to],
    localPort: 40_000,
    remotePort: 80,
    local: LOCAL,
    remote: REMOTE,
    timeNs: 1e9,
    ...given,
  };
}

/** The change with which a connect begins; `bound` is CLOSE on the wire. */
export function connectBegun(given: Given = {}): StateChange {
  return change('bound', 'syn_sent', { localPort: 0, ...given });
}

/** The change with which it succeeds, in the context of whatever thread the packet met. */
export function connectDone(given: Given = {}): StateChange {
  return change('syn_sent', 'established', { task: 0, ...given });
}
