import { ExporterError } from '../../../../../src/errors.ts';
import type { QueryEvents } from '../../../../../src/platform/windows/events/wevtapi.ts';
import { readFixture } from '../read-fixture.ts';

const SECURITY = readFixture('wevtutil-security-5156.xml').toString();
const SYSMON = readFixture('sysmon-3.xml').toString();

/** The sample event of a log with other values in some of its fields; `id` is its EventRecordID. */
export function auditXml(
  log: 'security' | 'sysmon',
  id: number,
  fields: Readonly<Record<string, string>> = {},
): string {
  const sample = log === 'security' ? SECURITY : SYSMON;
  const numbered = sample.replace(/<EventRecordID>\d+</, `<EventRecordID>${id}<`);
  return Object.entries(fields).reduce(
    (xml, [name, value]) =>
      xml.replace(new RegExp(`(<Data Name='${name}'>)[^<]*`), (_, begin: string) => begin + value),
    numbered,
  );
}

/** A log whose events a test changes; the newest is the last. */
export interface FakeLog {
  events: string[];
  /** Events handed out so far. */
  rendered: number;
  failure: ExporterError | undefined;
  readonly query: QueryEvents;
}

export function fakeLog(events: string[] = []): FakeLog {
  const log: FakeLog = {
    events,
    rendered: 0,
    failure: undefined,
    query: (_, take) => {
      if (log.failure !== undefined) throw log.failure;
      for (const xml of log.events.toReversed()) {
        log.rendered++;
        if (!take(xml)) return;
      }
    },
  };
  return log;
}

export const ACCESS_DENIED: ExporterError = new ExporterError(
  'EPH_WINDOWS_CALL',
  'EvtQuery of Security failed with status 5',
);
