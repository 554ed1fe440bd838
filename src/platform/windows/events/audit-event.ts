import { ExporterError } from '../../../errors.ts';
import { type AddressWords, parseAddress } from '../../../model/address.ts';
import { eventData, parseEventXml } from './event-xml.ts';

/** An outgoing TCP connection as an audit log tells it. */
export interface AuditedConnection {
  readonly pid: number;
  /** Unix ms. */
  readonly atMs: number;
  readonly local: AddressWords;
  readonly localPort: number;
  readonly remote: AddressWords;
  readonly remotePort: number;
}

export interface AuditRecord {
  /** Number of the event in its log. */
  readonly recordId: number;
  /** Undefined for an event that tells of something else. */
  readonly connection: AuditedConnection | undefined;
}

/** Names of the fields of one kind of event; every one of `only` must have that value. */
interface AuditShape {
  readonly eventId: number;
  readonly provider: string;
  readonly only: Readonly<Record<string, string>>;
  readonly pid: string;
  readonly local: readonly [address: string, port: string];
  readonly remote: readonly [address: string, port: string];
}

/**
 * The two events that tell process, both ends and the direction: "the Windows Filtering Platform has permitted a connection"
 * (Security; `%%14593` is outbound in every language, 6 is TCP), and Sysmon's "network connection".
 */
const SHAPES: readonly AuditShape[] = [
  {
    eventId: 5156,
    provider: 'Microsoft-Windows-Security-Auditing',
    only: { Direction: '%%14593', Protocol: '6' },
    pid: 'ProcessID',
    local: ['SourceAddress', 'SourcePort'],
    remote: ['DestAddress', 'DestPort'],
  },
  {
    eventId: 3,
    provider: 'Microsoft-Windows-Sysmon',
    only: { Initiated: 'true', Protocol: 'tcp' },
    pid: 'ProcessId',
    local: ['SourceIp', 'SourcePort'],
    remote: ['DestinationIp', 'DestinationPort'],
  },
];

/** What one event says. @throws ExporterError EPH_WINDOWS_OUTPUT when it is none, or is one of ours and lacks a field. */
export function parseAuditEvent(xml: string): AuditRecord {
  const [event, extra] = parseEventXml(xml);
  if (event === undefined || extra !== undefined) throw malformed(xml);
  const { recordId, eventId, provider, atMs } = event;
  const shape = SHAPES.find((known) => known.eventId === eventId && known.provider === provider);
  if (shape === undefined) return { recordId, connection: undefined };
  const data = eventData(xml);
  const isOther = Object.entries(shape.only).some(([name, value]) => data.get(name) !== value);
  if (isOther) return { recordId, connection: undefined };
  const [local, localPort] = endpoint(data, shape.local);
  const [remote, remotePort] = endpoint(data, shape.remote);
  const pid = integer(data.get(shape.pid), 0xffff_ffff);
  if (local === undefined || remote === undefined || pid === undefined || !localPort || !remotePort)
    throw malformed(xml);
  return { recordId, connection: { pid, atMs, local, localPort, remote, remotePort } };
}

function endpoint(
  data: ReadonlyMap<string, string>,
  [address, port]: readonly [string, string],
): readonly [AddressWords | undefined, number | undefined] {
  // An address of link-local scope may carry its zone.
  return [parseAddress(data.get(address)?.replace(/%\w+$/, '') ?? ''), integer(data.get(port), 65_535)];
}

function integer(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  return Number(text) <= most ? Number(text) : undefined;
}

function malformed(xml: string): ExporterError {
  return new ExporterError('EPH_WINDOWS_OUTPUT', `audit log: not understood: ${JSON.stringify(xml.slice(0, 120))}`);
}
