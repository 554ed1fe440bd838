import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { parseAuditEvent } from '../../../../../src/platform/windows/events/audit-event.ts';
import { createAuditFeed, MOST_EVENTS } from '../../../../../src/platform/windows/events/audit-feed.ts';
import { openAuditSource } from '../../../../../src/platform/windows/events/audit-source.ts';
import { ACCESS_DENIED, auditXml, fakeLog } from './audit-log.ts';

const MAPPED = 0xffff;
const LOCAL = [0, 0, MAPPED, 0xc000020f];
const METADATA = [0, 0, MAPPED, 0xa9fea9fe];
const UNREADABLE = expect.objectContaining({ code: 'EPH_WINDOWS_OUTPUT' });

describe('an audit event', () => {
  it.each([
    ['security', 9_038_124, Date.UTC(2026, 2, 2, 9, 10, 0, 100)],
    ['sysmon', 55_123, Date.UTC(2026, 2, 2, 9, 10, 1, 200)],
  ] as const)('of the %s sample tells process, both ends and time', (log, recordId, atMs) => {
    expect(parseAuditEvent(auditXml(log, recordId))).toEqual({
      recordId,
      connection: { pid: 2588, atMs, local: LOCAL, localPort: 50_377, remote: METADATA, remotePort: 80 },
    });
  });

  it('knows IPv6, with the zone of a link-local address cut', () => {
    const fields = { SourceIp: 'fe80::1%12', DestinationIp: 'fd00:ec2:0:0:0:0:0:254' };
    const { connection } = parseAuditEvent(auditXml('sysmon', 1, fields));
    expect(connection?.local).toEqual([0xfe80_0000, 0, 0, 1]);
    expect(connection?.remote).toEqual([0xfd00_0ec2, 0, 0, 0x254]);
  });

  it.each([
    ['an inbound connection', auditXml('security', 7, { Direction: '%%14592' })],
    ['UDP', auditXml('security', 7, { Protocol: '17' })],
    ['UDP of Sysmon', auditXml('sysmon', 7, { Protocol: 'udp' })],
    ['an accepted connection of Sysmon', auditXml('sysmon', 7, { Initiated: 'false' })],
    ['another event', auditXml('security', 7).replace('>5156<', '>4624<')],
    ['another provider that has an event 3', auditXml('sysmon', 7).replace('Windows-Sysmon', 'Windows-Other')],
  ])('that tells of %s is passed over by its number', (_, xml) => {
    expect(parseAuditEvent(xml)).toEqual({ recordId: 7, connection: undefined });
  });

  it.each([
    ['no address', { DestAddress: 'example.test' }],
    ['no port', { DestPort: '' }],
    ['port 0', { SourcePort: '0' }],
    ['a port beyond the last', { DestPort: '65536' }],
    ['no pid', { ProcessID: '-' }],
  ])('with %s is refused', (_, fields) => {
    expect(() => parseAuditEvent(auditXml('security', 7, fields))).toThrow(UNREADABLE);
  });

  it('believes no name and no path that pretends to be a field', () => {
    const forged = "&lt;/Data&gt;&lt;Data Name='DestAddress'&gt;10.0.0.1";
    const { connection } = parseAuditEvent(auditXml('security', 7, { Application: forged }));
    expect(connection?.remote).toEqual(METADATA);
    const twice = auditXml('security', 7).replace('</EventData>', "<Data Name='DestPort'>9</Data></EventData>");
    expect(parseAuditEvent(twice).connection?.remotePort).toBe(80);
  });

  it('that is garbage gives its coded error, or an event, and nothing else', () => {
    const sample = fc.constantFrom(auditXml('security', 9), auditXml('sysmon', 9));
    const damaged = fc
      .tuple(sample, fc.nat(2_000), fc.nat(40), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([xml, at, cut, put]) => xml.slice(0, at) + put + xml.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: 'binary' })), (xml) => {
        try {
          const { recordId, connection } = parseAuditEvent(xml);
          expect(Number.isSafeInteger(recordId)).toBe(true);
          for (const port of connection === undefined ? [] : [connection.localPort, connection.remotePort]) {
            expect(port > 0 && port <= 65_535).toBe(true);
          }
        } catch (error) {
          if (!(error instanceof ExporterError)) throw error;
          expect(error.code).toBe('EPH_WINDOWS_OUTPUT');
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('an audit feed', () => {
  const event = (id: number): string => auditXml('security', id, { DestPort: String(id) });
  const ports = ({ connections }: ReturnType<ReturnType<typeof createAuditFeed>['read']>): number[] =>
    connections.map(({ remotePort }) => remotePort);

  it('takes nothing of what the log held before, and each later event once, the oldest first', () => {
    const log = fakeLog([event(1), event(2)]);
    const feed = createAuditFeed('Security', log.query);
    expect(feed.read()).toEqual({ connections: [], lost: 0 });
    log.events.push(event(3), event(4));
    expect(ports(feed.read())).toEqual([3, 4]);
    expect(feed.read()).toEqual({ connections: [], lost: 0 });
  });

  it('looks at one old event and no more', () => {
    const log = fakeLog(Array.from({ length: 500 }, (_, index) => event(index + 1)));
    const feed = createAuditFeed('Security', log.query);
    feed.read();
    feed.read();
    expect(log.rendered).toBe(2);
  });

  it('takes the first events of a log that had none', () => {
    const log = fakeLog();
    const feed = createAuditFeed('Security', log.query);
    feed.read();
    log.events.push(event(1), event(2));
    expect(ports(feed.read())).toEqual([1, 2]);
  });

  it('is bounded: of a flood it takes the newest and counts the others as lost', () => {
    const log = fakeLog([event(1)]);
    const feed = createAuditFeed('Security', log.query);
    feed.read();
    const flood = MOST_EVENTS + 100;
    for (let id = 2; id < 2 + flood; id++) log.events.push(auditXml('security', id));
    const { connections, lost } = feed.read();
    expect([connections.length, lost]).toEqual([MOST_EVENTS, 100]);
    expect(feed.read()).toEqual({ connections: [], lost: 0 });
  });

  it('counts as lost what was overwritten before it could be read, and what it does not understand', () => {
    const log = fakeLog([event(1)]);
    const feed = createAuditFeed('Security', log.query);
    feed.read();
    log.events = [event(11), 'no event', auditXml('security', 13, { DestPort: 'none' }), event(14)];
    const reading = feed.read();
    // 2 to 10 are gone, 12 is none, and 13 lacks its port.
    expect([ports(reading), reading.lost]).toEqual([[11, 14], 11]);
  });

  it('counts a loss once, also where the newest event is the one that is not understood', () => {
    const log = fakeLog([event(1)]);
    const feed = createAuditFeed('Security', log.query);
    feed.read();
    log.events.push(auditXml('security', 2, { DestPort: 'none' }));
    expect([feed.read().lost, feed.read().lost]).toEqual([1, 0]);
    log.events.push('no event');
    expect([feed.read().lost, feed.read().lost]).toEqual([0, 0]);
    log.events.push(event(4));
    expect([feed.read().lost, feed.read().lost]).toEqual([1, 0]);
  });

  it('begins anew with a log that was recreated', () => {
    const log = fakeLog([event(5_000)]);
    const feed = createAuditFeed('Security', log.query);
    feed.read();
    log.events = [event(1), event(2)];
    const reading = feed.read();
    expect([ports(reading), reading.lost]).toEqual([[1, 2], 0]);
  });

  it('loses nothing to a failure of the log', () => {
    const log = fakeLog([event(1)]);
    const feed = createAuditFeed('Security', log.query);
    feed.read();
    log.events.push(event(2));
    log.failure = ACCESS_DENIED;
    expect(() => feed.read()).toThrow(ACCESS_DENIED);
    log.failure = undefined;
    expect(ports(feed.read())).toEqual([2]);
  });

  it('takes every event once or counts it as lost, whatever comes when', () => {
    const kinds = fc.constantFrom('good', 'malformed', 'none', 'overwritten');
    fc.assert(
      fc.property(fc.array(fc.array(kinds, { maxLength: 12 }), { maxLength: 12 }), (batches) => {
        const log = fakeLog([event(1)]);
        const feed = createAuditFeed('Security', log.query);
        feed.read();
        let id = 1;
        let taken = 0;
        let lost = 0;
        const read = (): void => {
          const reading = feed.read();
          taken += reading.connections.length;
          lost += reading.lost;
        };
        for (const batch of batches) {
          for (const kind of batch) {
            id++;
            if (kind === 'good') log.events.push(event(id));
            else if (kind === 'malformed') log.events.push(auditXml('security', id, { DestPort: 'none' }));
            else if (kind === 'none') log.events.push('no event');
          }
          read();
        }
        // A last good one shows what was missing before it.
        log.events.push(event(++id));
        read();
        const good = batches.flat().filter((kind) => kind === 'good').length + 1;
        expect([taken, lost]).toEqual([good, id - 1 - good]);
      }),
    );
  });
});

describe('the audit log that is read', () => {
  it('is none unless asked for, and nothing is opened then', () => {
    const source = openAuditSource('off', () => {
      throw new Error('opened');
    });
    expect([source.name, source.read()]).toEqual(['none', { connections: [], lost: 0 }]);
  });

  it('is Sysmon’s where there is one, else Security, else none, with the reasons', () => {
    const readable = (...channels: readonly string[]) =>
      openAuditSource('auto', () => ({ channel }) => {
        if (!channels.includes(channel ?? '')) throw ACCESS_DENIED;
      });
    expect(readable('Security', 'Microsoft-Windows-Sysmon/Operational').name).toBe('sysmon');
    expect(readable('Security').name).toBe('security');
    const none = readable();
    expect(none.name).toBe('none');
    expect(none.note).toMatch(/^no audit log can be read: sysmon log: .*; security log: .* status 5/);
    expect(none.read()).toEqual({ connections: [], lost: 0 });
  });

  it('that was named by hand says at each reading why it cannot be read, and what to do', () => {
    const source = openAuditSource('security', () => () => {
      throw ACCESS_DENIED;
    });
    const refusal = expect.objectContaining({
      code: 'EPH_WINDOWS_CALL',
      message: expect.stringMatching(/^security log: .* status 5; .*Event Log Readers/),
    });
    expect(() => source.read()).toThrow(refusal);
    expect(() => source.read()).toThrow(refusal);
    expect(source.name).toBe('security');
  });
});
