import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../src/errors.ts';
import { decodeProcessTable } from '../../../../src/platform/windows/owners/process-table.ts';
import { decodeServiceTable } from '../../../../src/platform/windows/owners/service-table.ts';
import { ALL_PORTS, createWindowsSockets } from '../../../../src/platform/windows/sockets/windows-sockets.ts';
import { decodeSocketTable } from '../../../../src/platform/windows/tables/socket-table.ts';
import * as layouts from '../../../../src/platform/windows/tables/table-layout.ts';
import { buildProcessTable, buildServiceTable, buildTable } from './build-tables.ts';

const RUNS = { numRuns: 2_000 };
const LAYOUTS = Object.values(layouts).filter((value) => typeof value === 'object');
const layout = fc.constantFrom(...LAYOUTS);
const ADDRESS = 0x1_0000_0000n;

function codeOf(decode: () => unknown): string {
  try {
    decode();
    return '';
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    return error.code;
  }
}

const decodeTable = (bytes: Uint8Array, of: layouts.TableLayout): (() => unknown) => {
  return () => decodeSocketTable(bytes, of, { wanted: ALL_PORTS.tcp, isBoundTable: false }, createWindowsSockets());
};

describe('socket tables', () => {
  it('are six, so that the properties below mean something', () => {
    expect(LAYOUTS).toHaveLength(6);
  });

  it('of any bytes either decode or say EPH_WINDOWS_TABLE', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), layout, (bytes, of) => {
        expect(['', 'EPH_WINDOWS_TABLE']).toContain(codeOf(decodeTable(bytes, of)));
      }),
      RUNS,
    );
  });

  it('that are cut anywhere, or claim one row more than there is room for, are an error', () => {
    const rows = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(layout, rows, fc.nat(1_000), fc.integer({ min: 1, max: 0xffff_ffff }), (of, count, cut, extra) => {
        const local = new Array<number>(of.family === 4 ? 4 : 16).fill(1);
        const whole = buildTable(of, new Array(count).fill({ local, localPort: 1, pid: 1 }));
        expect(codeOf(decodeTable(whole, of))).toBe('');
        const short = whole.subarray(0, whole.length - 1 - (cut % whole.length));
        expect(codeOf(decodeTable(short, of))).toBe('EPH_WINDOWS_TABLE');
        whole.writeUInt32LE(Math.min(0xffff_ffff, count + extra), 0);
        expect(codeOf(decodeTable(whole, of))).toBe('EPH_WINDOWS_TABLE');
      }),
      RUNS,
    );
  });
});

describe('process tables', () => {
  it('of any bytes either decode or say EPH_WINDOWS_TABLE', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(['', 'EPH_WINDOWS_TABLE']).toContain(codeOf(() => decodeProcessTable(bytes, ADDRESS)));
      }),
      RUNS,
    );
  });

  it('survive any damage to one byte of a good table', () => {
    const entries = ['', 'System', 'svchost.exe', 'dnsfilter.exe'].map((image, index) => ({
      pid: index * 4,
      created: 5n,
      image,
      handles: 7,
    }));
    const good = buildProcessTable(entries, ADDRESS);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const damaged = Buffer.from(good.subarray(0, length));
        if (at < length) damaged[at] = value;
        expect(['', 'EPH_WINDOWS_TABLE']).toContain(codeOf(() => decodeProcessTable(damaged, ADDRESS)));
      }),
      RUNS,
    );
  });
});

describe('service tables', () => {
  it('of any bytes and any count either decode or say EPH_WINDOWS_TABLE', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), fc.nat(0xffff_ffff), fc.boolean(), (bytes, count, fits) => {
        const rows = fits ? count % 18 : count;
        expect(['', 'EPH_WINDOWS_TABLE']).toContain(codeOf(() => decodeServiceTable(bytes, ADDRESS, rows)));
      }),
      RUNS,
    );
  });

  it('survive any damage to one byte of a good table', () => {
    const good = buildServiceTable(
      [
        { pid: 900, name: 'RpcSs' },
        { pid: 2_588, name: 'DnsFilterAgent' },
      ],
      ADDRESS,
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const damaged = Buffer.from(good.subarray(0, length));
        if (at < length) damaged[at] = value;
        expect(['', 'EPH_WINDOWS_TABLE']).toContain(codeOf(() => decodeServiceTable(damaged, ADDRESS, 2)));
      }),
      RUNS,
    );
  });
});
