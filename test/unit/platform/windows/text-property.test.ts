import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../src/errors.ts';
import * as cim from '../../../../src/platform/windows/commands/cim-rows.ts';
import { parseNetstat } from '../../../../src/platform/windows/commands/netstat-output.ts';
import { socketsOfNetstat } from '../../../../src/platform/windows/commands/netstat-sockets.ts';
import { decodeEventOutput, parseEventXml } from '../../../../src/platform/windows/events/event-xml.ts';
import { parseTasklist } from '../../../../src/platform/windows/owners/tasklist-output.ts';
import { readFixture } from './read-fixture.ts';

const netstat = (bytes: Uint8Array): unknown => {
  const rows = parseNetstat(bytes);
  return socketsOfNetstat({ before: rows, withBound: rows, after: [] });
};
const asLines = (bytes: Uint8Array): string[] => Buffer.from(bytes).toString('utf8').split('\n');

/** Each parser with an output that it reads, to be damaged. */
const PARSERS: readonly (readonly [string, (bytes: Uint8Array) => unknown, Buffer])[] = [
  ['netstat', netstat, readFixture('netstat-anoq.it.cp850.txt')],
  ['tasklist', parseTasklist, readFixture('tasklist-svc.de.cp850.csv')],
  ['event XML', (bytes) => parseEventXml(decodeEventOutput(bytes)), readFixture('sysmon-3.xml')],
  [
    'CIM TCP',
    (bytes) => cim.socketsOfCimTcp(asLines(bytes)),
    Buffer.from('0.0.0.0|135|0.0.0.0|0|2|900\n::|1|::1|2|5|'),
  ],
  ['CIM UDP', (bytes) => cim.socketsOfCimUdp(asLines(bytes)), Buffer.from('::|54321|1180\n127.0.0.1|55001|')],
  ['CIM processes', (bytes) => cim.processesOfCim(asLines(bytes)), Buffer.from('4|639080000000000000|9|a.exe|C:\\a')],
  ['CIM services', (bytes) => cim.servicesOfCim(asLines(bytes)), Buffer.from('900|RpcSs\n901|x_1a2b')],
];

function isReadOrRefused(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    parse(bytes);
  } catch (error) {
    expect(error instanceof ExporterError ? error.code : error).toBe('EPH_WINDOWS_OUTPUT');
  }
}

describe.each(PARSERS)('%s', (_, parse, good) => {
  it('reads the output that the properties start from', () => {
    expect(() => parse(good)).not.toThrow();
  });

  it('is read or refused with EPH_WINDOWS_OUTPUT, whatever the bytes are', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ maxLength: 200 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anything, (bytes) => isReadOrRefused(parse, bytes)),
      { numRuns: 2_000 },
    );
  });

  it('is read or refused with EPH_WINDOWS_OUTPUT when a good output is damaged or cut', () => {
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(good.length), (changes, length) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        isReadOrRefused(parse, bytes.subarray(0, length));
      }),
      { numRuns: 2_000 },
    );
  });
});
