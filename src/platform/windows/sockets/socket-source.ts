import { PROTOCOL } from '../../../model/protocol.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { appendRow, createWindowsSockets, type WantedPorts, type WindowsSockets } from './windows-sockets.ts';

/** The pieces that socket rows come in. */
export type SocketPiece = 'tcp' | 'bound' | 'udp';

/** One way to read one piece of the socket tables. */
export interface SocketSource {
  /** Name for `exporter_source_info`. */
  readonly name: string;
  /** The sockets now; at least those whose port is wanted. Valid until the next read. @throws ExporterError */
  read(wanted: WantedPorts): WindowsSockets | Promise<WindowsSockets>;
}

/** The rows of one piece among those of a reading that shows several at once. */
export function pieceOf(piece: SocketPiece, name: string, readAll: () => Promise<WindowsSockets>): SocketSource {
  let whole: WindowsSockets | undefined;
  let part = createWindowsSockets(0);
  return {
    name,
    async read() {
      const newest = await readAll();
      if (newest !== whole) {
        whole = newest;
        part = selectPiece(newest, piece);
      }
      return part;
    },
  };
}

function selectPiece(all: WindowsSockets, piece: SocketPiece): WindowsSockets {
  const { columns } = all;
  const part = createWindowsSockets(columns.length);
  part.unknownStates = piece === 'tcp' ? all.unknownStates : 0;
  for (let row = 0; row < columns.length; row++) {
    const isTcp = columns.protocol[row] === PROTOCOL.tcp;
    const isBound = columns.state[row] === SOCKET_STATE.bound;
    if (piece === (isTcp ? (isBound ? 'bound' : 'tcp') : 'udp')) appendRow(part, all, row);
  }
  return part;
}
