import { type AddressWords, formatEndpoint, parseAddress } from '../../model/address.ts';
import { OWNER_CODE } from '../../model/owner-code.ts';
import { PROTOCOL, PROTOCOLS } from '../../model/protocol.ts';
import type { ProcessRow } from '../../model/sample.ts';
import type { SocketColumns, SocketRow } from '../../model/socket-columns.ts';
import { SOCKET_STATE, type SocketStateName } from '../../model/socket-state.ts';

const STATE_NAMES = Object.fromEntries(
  Object.entries(SOCKET_STATE).map(([name, code]) => [code, name as SocketStateName]),
);
const CODE_NAMES = Object.fromEntries(Object.entries(OWNER_CODE).map(([name, code]) => [code, name]));

/** A socket as its text tells it; the process is a reference of {@link processRef} or the name of an owner code. */
export interface ParsedSocket extends Omit<SocketRow, 'netns' | 'process'> {
  readonly netns: string;
  readonly process: string;
}

/** `pid@startMs`: the identity of a process over all samples of a recording. */
export function processRef(process: ProcessRow): string {
  return `${process.pid}@${process.startMs}`;
}

/** The owner code that a reference names; undefined when it refers to a process. */
export function ownerCodeOf(reference: string): number | undefined {
  return ownValue(OWNER_CODE, reference);
}

/**
 * One socket row as text: `tcp 4 established host 127.0.0.1:40000 10.0.0.1:443 12 0 0 371@1690000000000`, that is protocol,
 * family, state, namespace, local, remote, cookie low and high, created ms, owner.
 */
export function formatSocket(
  sockets: SocketColumns,
  row: number,
  netns: string,
  processes: readonly ProcessRow[],
): string {
  const process = sockets.process[row] as number;
  const owner = processes[process];
  return [
    PROTOCOLS[sockets.protocol[row] as number],
    sockets.family[row],
    STATE_NAMES[sockets.state[row] as number],
    encodeURIComponent(netns),
    formatEndpoint(sockets.local, row * 4, sockets.localPort[row] as number),
    formatEndpoint(sockets.remote, row * 4, sockets.remotePort[row] as number),
    sockets.cookieLow[row],
    sockets.cookieHigh[row],
    sockets.createdMs[row],
    owner === undefined ? CODE_NAMES[process] : processRef(owner),
  ].join(' ');
}

/** The row of a text; undefined when it is not one of ours. */
export function parseSocket(text: string): ParsedSocket | undefined {
  const [protocol, family, state, netns, local, remote, low, high, created, process, ...more] = text.split(' ');
  const localEnd = parseEndpoint(local);
  const remoteEnd = parseEndpoint(remote);
  const protocolCode = ownValue(PROTOCOL, protocol);
  const stateCode = ownValue(SOCKET_STATE, state);
  const numbers = [family, low, high, created].map((part) => Number(part ?? Number.NaN));
  const name = decodeName(netns ?? '');
  const isWhole =
    name !== undefined &&
    localEnd !== undefined &&
    remoteEnd !== undefined &&
    protocolCode !== undefined &&
    stateCode !== undefined &&
    (numbers[0] === 4 || numbers[0] === 6) &&
    numbers.every((number) => Number.isFinite(number) && number >= 0) &&
    process !== undefined &&
    more.length === 0;
  if (!isWhole) return undefined;
  return {
    protocol: protocolCode,
    family: numbers[0] as number,
    state: stateCode,
    netns: name,
    localPort: localEnd.port,
    local: localEnd.words,
    remotePort: remoteEnd.port,
    remote: remoteEnd.words,
    cookieLow: numbers[1] as number,
    cookieHigh: numbers[2] as number,
    createdMs: numbers[3] as number,
    process,
  };
}

/** Of the own keys only: a recording may say `constructor`. */
function ownValue(table: Readonly<Record<string, number>>, key = ''): number | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function decodeName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function parseEndpoint(text: string | undefined): { words: AddressWords; port: number } | undefined {
  const match = /^\[?([0-9a-f.:]+?)\]?:(\d{1,5})$/i.exec(text ?? '');
  const words = parseAddress(match?.[1] ?? '');
  const port = Number(match?.[2]);
  return words === undefined || port > 65_535 ? undefined : { words, port };
}
