import { ExporterError } from '../../../errors.ts';
import { PROTOCOL } from '../../../model/protocol.ts';
import { endpointOf, type TextEndpoint, type TextRow } from './text-rows.ts';

/** A row of `netstat -ano` or `-anoq`. */
export interface NetstatRow extends TextRow {
  /** The state as printed, its bytes read one to one: a word of the system's language, maybe with blanks; empty for UDP. */
  readonly word: string;
}

/**
 * Rows of `netstat -ano[q]`, read from both ends because the state between may be any words: protocol, local and foreign
 * endpoint first, pid last. Lines that begin with neither TCP nor UDP are titles.
 * @throws ExporterError EPH_WINDOWS_OUTPUT when a row cannot be read, the last has no line end, or there is none at all.
 */
export function parseNetstat(output: Uint8Array): NetstatRow[] {
  const text = Buffer.from(output.buffer, output.byteOffset, output.byteLength).toString('latin1');
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^(TCP|UDP)\s/.test(line))
    .map(parseRow);
  if (!text.endsWith('\n')) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'netstat: the output is cut short');
  if (rows.length === 0) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'netstat printed no row');
  return rows;
}

function parseRow(line: string): NetstatRow {
  const fields = line.split(/\s+/);
  const [protocol, local, foreign] = fields;
  const pid = fields.at(-1);
  if (local === undefined || foreign === undefined || pid === undefined || fields.length < 4 || !isPid(pid)) {
    throw unreadable(line);
  }
  const isTcp = protocol === 'TCP';
  const localEndpoint = parseEndpoint(local);
  const remote = parseEndpoint(foreign);
  // A row cut off before its pid would take part of an endpoint for it: every TCP row has a state, no UDP row has one.
  if (localEndpoint === undefined || isTcp !== fields.length > 4) throw unreadable(line);
  return {
    protocol: isTcp ? PROTOCOL.tcp : PROTOCOL.udp,
    local: localEndpoint,
    remote: remote === undefined || remote.port === 0 ? undefined : remote,
    pid: Number(pid),
    word: fields.slice(3, -1).join(' '),
  };
}

function isPid(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) < 0xffff_ffff;
}

/** Undefined for `*:*`, the peer that a UDP socket does not show. */
function parseEndpoint(text: string): TextEndpoint | undefined {
  if (text === '*:*') return undefined;
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, Math.max(0, colon));
  const isBracketed = address.startsWith('[') && address.endsWith(']');
  return endpointOf(isBracketed ? address.slice(1, -1) : address, text.slice(colon + 1));
}

function unreadable(line: string): ExporterError {
  return new ExporterError('EPH_WINDOWS_OUTPUT', `netstat: cannot read the row ${JSON.stringify(line.slice(0, 120))}`);
}
