import { describe, expect, it } from 'vitest';
import { createEventCounter, watchedXpath } from '../../../../../src/platform/windows/events/event-counter.ts';
import {
  decodeEventOutput,
  type LogEvent,
  parseEventXml,
} from '../../../../../src/platform/windows/events/event-xml.ts';
import { readFixture } from '../read-fixture.ts';

const UNREADABLE = expect.objectContaining({ code: 'EPH_WINDOWS_OUTPUT' });
const event = (recordId: number, eventId = 4231, provider = 'Tcpip'): LogEvent => ({
  eventId,
  provider,
  recordId,
  atMs: recordId * 1_000,
});

describe('event XML', () => {
  it('gives the System fields of the sample', () => {
    expect(parseEventXml(decodeEventOutput(readFixture('wevtutil-system.xml')))).toEqual([
      { eventId: 4231, provider: 'Tcpip', recordId: 118_210, atMs: Date.UTC(2026, 2, 2, 9, 14, 7, 123) },
      { eventId: 4227, provider: 'Tcpip', recordId: 118_204, atMs: Date.UTC(2026, 2, 2, 9, 12, 31, 2) },
      { eventId: 4266, provider: 'Tcpip', recordId: 118_190, atMs: Date.UTC(2026, 2, 2, 8, 59, 0, 900) },
      { eventId: 5719, provider: 'NETLOGON', recordId: 118_189, atMs: Date.UTC(2026, 2, 2, 8, 58, 58) },
    ]);
  });

  it.each([
    ['wevtutil-security-5156.xml', 5156, 'Microsoft-Windows-Security-Auditing', 9_038_124],
    ['sysmon-3.xml', 3, 'Microsoft-Windows-Sysmon', 55_123],
  ])('reads %s', (file, eventId, provider, recordId) => {
    const [first] = parseEventXml(decodeEventOutput(readFixture(file)));
    expect(first).toMatchObject({ eventId, provider, recordId });
  });

  it('is the same in UTF-16 and with double quotes', () => {
    const plain = readFixture('wevtutil-system.xml').toString();
    const wide = Buffer.from(plain.replaceAll("'", '"'), 'utf16le');
    expect(parseEventXml(decodeEventOutput(wide))).toEqual(parseEventXml(plain));
  });

  it('believes nothing that stands outside of System', () => {
    const forged = readFixture('wevtutil-system.xml')
      .toString()
      .replaceAll('<Data></Data>', '<Data><EventID>1</EventID><EventRecordID>9</EventRecordID></Data>');
    expect(parseEventXml(forged).map(({ recordId }) => recordId)).toEqual([118_210, 118_204, 118_190, 118_189]);
  });

  it('that ends within an event, or lacks a field, is refused', () => {
    const plain = readFixture('wevtutil-system.xml').toString();
    expect(() => parseEventXml(plain.slice(0, plain.length - 40))).toThrow(UNREADABLE);
    expect(() => parseEventXml(plain.replace('<EventRecordID>118204</EventRecordID>', ''))).toThrow(UNREADABLE);
  });

  it('may hold no event', () => {
    expect(parseEventXml('')).toEqual([]);
  });
});

describe('the event counter', () => {
  const taken = (counter: ReturnType<typeof createEventCounter>): number[] => counter.take().map(({ count }) => count);

  it('counts nothing of what the log held at the start, but knows its times', () => {
    const counter = createEventCounter();
    counter.accept([event(5), event(7), event(6, 5719, 'NETLOGON')]);
    expect(counter.take()).toEqual([
      { eventId: 4227, provider: 'Tcpip', count: 0, lastMs: 0 },
      { eventId: 4231, provider: 'Tcpip', count: 0, lastMs: 7_000 },
      { eventId: 4266, provider: 'Tcpip', count: 0, lastMs: 0 },
      { eventId: 5719, provider: 'NETLOGON', count: 0, lastMs: 6_000 },
    ]);
  });

  it('counts each new record once, however often it is read', () => {
    const counter = createEventCounter();
    counter.accept([event(7)]);
    counter.accept([event(9), event(8, 4227), event(7)]);
    counter.accept([event(9), event(8, 4227), event(7)]);
    expect(taken(counter)).toEqual([1, 1, 0, 0]);
    counter.accept([event(10), event(9), event(8, 4227)]);
    expect(taken(counter)).toEqual([0, 1, 0, 0]);
  });

  it('counts all there is when the log was cleared', () => {
    const counter = createEventCounter();
    counter.accept([event(118_210)]);
    counter.accept([event(3), event(2)]);
    expect(taken(counter)).toEqual([0, 2, 0, 0]);
  });

  it('counts the first events of a log that had none', () => {
    const counter = createEventCounter();
    counter.accept([]);
    counter.accept([event(400)]);
    expect(taken(counter)).toEqual([0, 1, 0, 0]);
  });

  it('takes no event of another provider for its own', () => {
    const counter = createEventCounter();
    counter.accept([]);
    counter.accept([event(1, 4231, 'Impostor'), event(2, 5719, 'netlogon')]);
    expect(taken(counter)).toEqual([0, 0, 0, 1]);
  });

  it('asks for the events by provider and number', () => {
    expect(watchedXpath()).toBe(
      "*[System[Provider[@Name='Tcpip' or @Name='NETLOGON'] and (EventID=4227 or EventID=4231 or EventID=4266 or EventID=5719)]]",
    );
  });
});
