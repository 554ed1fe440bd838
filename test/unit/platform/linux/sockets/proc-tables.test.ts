import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { formatEndpoint } from '../../../../../src/model/address.ts';
import { SOCKET_STATE } from '../../../../../src/model/socket-state.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';
import { ProcTables } from '../../../../../src/platform/linux/sockets/proc-tables.ts';
import type { TablePiece } from '../../../../../src/platform/linux/sockets/socket-tables.ts';
import { makeProcRoot } from '../../../../helpers/proc-root.ts';

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const everyPort = new Uint8Array(65_536).fill(1);
const root = makeProcRoot();
afterEach(() => root.remove());

function line(local: string, remote: string, state: string, inode: number): string {
  const rest = '00000000:00000000 00:00000000 00000000';
  return `   0: ${local} ${remote} ${state} ${rest}  1000        0 ${inode} 1 0000000000000000 100 0 0 10 0 \n`;
}

function read(piece: TablePiece, ports = everyPort): { dump: GrowableDump; rows: string[]; whole: boolean } {
  const dump = new GrowableDump(1);
  const tables = new ProcTables(root.path);
  const whole = tables.append({ piece, ports, minPort: 0, isLate: () => false, report: () => {} }, dump);
  const { columns } = dump;
  const rows = Array.from({ length: columns.length }, (_, row) => {
    const local = formatEndpoint(columns.local, row * 4, columns.localPort[row] as number);
    const remote = formatEndpoint(columns.remote, row * 4, columns.remotePort[row] as number);
    return `${columns.family[row]} ${columns.state[row]} ${local} ${remote} ${dump.inode[row]}`;
  });
  return { dump, rows, whole };
}

describe('ProcTables', () => {
  it('reads IPv4, IPv6 and mapped addresses with their inodes', () => {
    const established = line('0100007F:D431', 'FEA9FEA9:0050', '01', 4_294_967_295);
    root.write('net/tcp', HEADER + established + line('00000000:2757', '00000000:0000', '0A', 12));
    const mapped = line('0000000000000000FFFF00000100007F:9C40', '0000000000000000FFFF00000100007F:1F90', '08', 77);
    root.write('net/tcp6', HEADER + mapped + line(`${'0'.repeat(24)}01000000:9C41`, `${'0'.repeat(32)}:0000`, '06', 0));
    expect(read('tcp').rows).toEqual([
      '4 1 127.0.0.1:54321 169.254.169.254:80 4294967295',
      '4 10 0.0.0.0:10071 [::]:0 12',
      '4 8 127.0.0.1:40000 127.0.0.1:8080 77',
      '6 6 [::1]:40001 [::]:0 0',
    ]);
  });

  it('reads UDP states as ours, and nothing for bound', () => {
    root.write('net/udp', HEADER + line('00000000:9C40', '00000000:0000', '07', 5));
    expect(read('udp').dump.columns.state[0]).toBe(SOCKET_STATE.unconnected);
    expect(read('bound')).toMatchObject({ rows: [], whole: true });
    expect(new ProcTables(root.path).findBoundObstacle().code).toBe('EPH_BOUND_INVISIBLE');
  });

  it('drops ports that are not to be kept, over many chunks', () => {
    const lines = Array.from({ length: 3000 }, (_, index) => {
      const port = (30_000 + index).toString(16).toUpperCase();
      return line(`0100007F:${port}`, '0100007F:0050', '01', index + 1);
    });
    root.write('net/tcp', HEADER + lines.join(''));
    const ports = new Uint8Array(65_536).fill(1, 32_000, 32_500);
    const { dump } = read('tcp', ports);
    expect(dump.columns.length).toBe(500);
    expect([dump.columns.localPort[0], dump.inode[0]]).toEqual([32_000, 2001]);
    expect([dump.columns.localPort[499], dump.inode[499]]).toEqual([32_499, 2500]);
  });

  it('gives up with nothing when time runs out', () => {
    root.write('net/tcp', HEADER + line('0100007F:9C40', '0100007F:0050', '01', 1));
    const dump = new GrowableDump(1);
    let asked = 0;
    const isLate = () => ++asked > 1;
    expect(
      new ProcTables(root.path).append({ piece: 'tcp', ports: everyPort, minPort: 0, isLate, report: () => {} }, dump),
    ).toBe(false);
    expect(dump.columns.length).toBe(0);
  });

  it('says which file it cannot read', () => {
    expect(() => read('tcp')).toThrow(expect.objectContaining({ code: 'EPH_PROC_UNREADABLE' }));
  });

  const good = line('0100007F:9C40', '0100007F:0050', '01', 1);
  it.each<[string, string]>([
    ['an empty file', ''],
    ['a last line without end', HEADER + good.trimEnd()],
    ['an empty line', `${HEADER}\n`],
    ['a line cut short', `${HEADER}   0: 0100007F:9C40 0100\n`],
    ['a line that ends before the inode', `${HEADER + good.slice(0, 60)}\n`],
    ['letters that are no digits', HEADER + good.replace('7F:9C40', '7G:9C40')],
    ['an address of another length', HEADER + good.replace('0100007F:9C40', '0100007F00:9C40')],
    ['state 0', HEADER + good.replace(' 01 ', ' 00 ')],
    ['a state beyond the last', HEADER + good.replace(' 01 ', ' 0D ')],
    ['an inode that is no number', HEADER + good.replace(' 0 1 1 ', ' 0 -1 1 ')],
    ['an inode beyond 32 bits', HEADER + good.replace(' 0 1 1 ', ' 0 4294967296 1 ')],
    ['a line longer than the buffer', HEADER + '0'.repeat(70_000)],
  ])('drops the table for %s', (_, text) => {
    root.write('net/tcp', text);
    const dump = new GrowableDump(1);
    const query = { piece: 'tcp', ports: everyPort, minPort: 0, isLate: () => false, report: () => {} } as const;
    expect(() => new ProcTables(root.path).append(query, dump)).toThrow(
      expect.objectContaining({ code: 'EPH_PROC_MALFORMED' }),
    );
    expect(dump.columns.length).toBe(0);
  });

  it('refuses garbage with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        root.write('net/tcp', `${HEADER}${Buffer.from(bytes).toString('latin1')}`);
        try {
          read('tcp');
          expect.unreachable('garbage was taken for sockets');
        } catch (error) {
          if (!(error instanceof ExporterError)) throw error;
          expect(error.code).toBe('EPH_PROC_MALFORMED');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
