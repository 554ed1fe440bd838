import { ExporterError } from '../../../errors.ts';
import { type AddressWords, parseAddress } from '../../../model/address.ts';
import { reserveRows, type WindowsSockets } from '../sockets/windows-sockets.ts';

/** A socket as a text source tells it. */
export interface TextRow {
  readonly protocol: number;
  readonly local: TextEndpoint;
  /** Undefined when the socket has no peer. */
  readonly remote: TextEndpoint | undefined;
  readonly pid: number;
}

export interface TextEndpoint {
  readonly words: AddressWords;
  readonly port: number;
}

/**
 * An address text, with or without a scope id, and its port.
 * @throws ExporterError EPH_WINDOWS_OUTPUT when either is none.
 */
export function endpointOf(address: string, port: string): TextEndpoint {
  const scope = address.indexOf('%');
  const words = parseAddress(scope < 0 ? address : address.slice(0, scope));
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (words === undefined || !(number <= 65_535)) {
    throw new ExporterError(
      'EPH_WINDOWS_OUTPUT',
      `${JSON.stringify(`${address} ${port}`.slice(0, 80))} is no endpoint`,
    );
  }
  return { words, port: number };
}

/** Appends a row in the given model state; a peer without a port is none. */
export function appendTextRow(sockets: WindowsSockets, row: TextRow, state: number): void {
  reserveRows(sockets, 1);
  const { columns } = sockets;
  const at = columns.length++;
  columns.protocol[at] = row.protocol;
  columns.family[at] = isIpv4(row.local.words) ? 4 : 6;
  columns.state[at] = state;
  columns.localPort[at] = row.local.port;
  columns.local.set(row.local.words, at * 4);
  if (row.remote !== undefined && row.remote.port !== 0) {
    columns.remotePort[at] = row.remote.port;
    columns.remote.set(row.remote.words, at * 4);
  }
  sockets.pid[at] = row.pid;
}

function isIpv4(words: AddressWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}
