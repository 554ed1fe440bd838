import { ExporterError } from '../../../errors.ts';

/** What is read of an event: never its message, which is in the system's language. */
export interface LogEvent {
  readonly eventId: number;
  readonly provider: string;
  /** Number of the event in its log; starts anew when somebody recreates the log. */
  readonly recordId: number;
  /** Unix ms. */
  readonly atMs: number;
}

/**
 * Events of `wevtutil /f:xml` or EvtRender: `<Event>` elements one after another without a root. Only the System element of
 * each is read ([MS-EVEN6] 2.2.13 names its fields).
 * @throws ExporterError EPH_WINDOWS_OUTPUT when an event lacks a field or its end.
 */
export function parseEventXml(xml: string): LogEvent[] {
  const events = [...xml.matchAll(/<Event[\s>].*?<\/Event>/gs)].map(([text]) => parseEvent(text));
  const begun = [...xml.matchAll(/<Event[\s>]/g)].length;
  if (begun !== events.length) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'event log: the last event is cut short');
  return events;
}

/**
 * Values of the EventData element of one event by their names, still escaped as in XML; a name that comes twice keeps its
 * first value.
 */
export function eventData(xml: string): ReadonlyMap<string, string> {
  const data = /<EventData>(.*?)<\/EventData>/s.exec(xml)?.[1] ?? '';
  const values = new Map<string, string>();
  for (const [, , name = '', value = ''] of data.matchAll(/<Data Name=(['"])([^'"<>]*)\1>([^<]*)<\/Data>/g)) {
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}

/** Text of a wevtutil output: UTF-16 when it holds NULs, else bytes one to one; the four fields are ASCII in both. */
export function decodeEventOutput(output: Uint8Array): string {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  return bytes.subarray(0, 256).includes(0) ? bytes.toString('utf16le') : bytes.toString('latin1');
}

function parseEvent(text: string): LogEvent {
  const system = /<System>(.*?)<\/System>/s.exec(text)?.[1] ?? '';
  const eventId = /<EventID(?:\s[^>]*)?>(\d{1,9})<\/EventID>/.exec(system)?.[1];
  const recordId = /<EventRecordID>(\d{1,15})<\/EventRecordID>/.exec(system)?.[1];
  const provider = /<Provider\s[^>]*?Name=(['"])([^'"]*)\1/.exec(system)?.[2];
  const time = /<TimeCreated\s[^>]*?SystemTime=(['"])([^'"]*)\1/.exec(system)?.[2];
  // Seven digits of a second are more than Date.parse must take.
  const atMs = Date.parse(time?.replace(/(\.\d{3})\d*/, '$1') ?? '');
  if (eventId === undefined || recordId === undefined || provider === undefined || Number.isNaN(atMs)) {
    throw new ExporterError('EPH_WINDOWS_OUTPUT', `event log: no event: ${JSON.stringify(text.slice(0, 120))}`);
  }
  return { eventId: Number(eventId), provider, recordId: Number(recordId), atMs };
}
