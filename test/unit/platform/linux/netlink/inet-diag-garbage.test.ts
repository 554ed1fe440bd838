import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { appendDiagRows } from '../../../../../src/platform/linux/netlink/inet-diag.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';
import {
  concatBytes,
  diagPayload,
  doneMessage,
  netlinkMessage,
  receivedBuffer,
} from '../../../../helpers/netlink-bytes.ts';

const everyPort = new Uint8Array(65_536).fill(1);
const context = (dump: GrowableDump) => ({
  request: { family: 2, protocol: 6, states: 0xfff },
  sequence: 1,
  dump,
  ports: everyPort,
});

/** Rows read, or the code of the refusal. Any other outcome fails the test. */
function outcome(bytes: Uint8Array): GrowableDump | string {
  const dump = new GrowableDump(1);
  try {
    appendDiagRows(receivedBuffer(bytes), bytes.length, context(dump));
    return dump;
  } catch (error) {
    if (error instanceof ExporterError) return error.code;
    throw error;
  }
}

const arbitrarySocket = fc.record({
  state: fc.integer({ min: 1, max: 11 }),
  localPort: fc.integer({ min: 0, max: 65_535 }),
  inode: fc.integer({ min: 0, max: 0xffff_ffff }),
  attributes: fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.uint8Array({ maxLength: 12 })), { maxLength: 4 }),
});
const datagram = fc
  .array(arbitrarySocket, { minLength: 1, maxLength: 8 })
  .map((sockets) => ({ sockets, rows: sockets.map((socket) => netlinkMessage(20, diagPayload(socket))) }));

describe('the inet_diag codec', () => {
  it('reads back whatever sockets were told', () => {
    fc.assert(
      fc.property(datagram, ({ sockets, rows }) => {
        const dump = outcome(concatBytes(...rows, doneMessage())) as GrowableDump;
        const { length, localPort, state } = dump.columns;
        const read = Array.from({ length }, (_, row) => [localPort[row], state[row], dump.inode[row]]);
        expect(read).toEqual(sockets.map((socket) => [socket.localPort, socket.state, socket.inode]));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads only whole rows of a datagram cut anywhere, or refuses it', () => {
    fc.assert(
      fc.property(datagram, fc.double({ min: 0, max: 1, noNaN: true }), ({ rows }, share) => {
        const whole = concatBytes(...rows);
        const cut = Math.floor(whole.length * share);
        const result = outcome(whole.subarray(0, cut));
        let end = 0;
        const ends = [0, ...rows.map((row) => (end += row.length))];
        if (ends.includes(cut)) expect((result as GrowableDump).columns.length).toBe(ends.indexOf(cut));
        else expect(result).toBe('EPH_NETLINK_MALFORMED');
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses garbage with a code and never runs past the datagram', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
        expect(outcome(bytes)).toMatch(/^EPH_NETLINK_/);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads no more rows than there are messages when one byte is wrong', () => {
    fc.assert(
      fc.property(datagram, fc.nat(), fc.integer({ min: 0, max: 255 }), ({ rows }, position, value) => {
        const bytes = concatBytes(...rows);
        bytes[position % bytes.length] = value;
        const result = outcome(bytes);
        if (typeof result === 'string') expect(result).toMatch(/^EPH_NETLINK_/);
        else expect(result.columns.length).toBeLessThanOrEqual(rows.length);
      }),
      { numRuns: 2000 },
    );
  });
});
