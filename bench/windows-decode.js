// How long the decoders of the Windows tables take, beside a plain copy of the same bytes in the same run. Needs a build, and
// runs anywhere. Usage: node bench/windows-decode.js [ROUNDS]
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import {
  ALL_PORTS,
  clearWindowsSockets,
  createWindowsSockets,
} from '../dist/platform/windows/sockets/windows-sockets.js';
import { decodeSocketTable } from '../dist/platform/windows/tables/socket-table.js';
import { TCP4_BOUND, TCP4_MODULE, TCP6_MODULE, UDP4_MODULE } from '../dist/platform/windows/tables/table-layout.js';

const ROUNDS = Math.max(7, Number(process.argv[2] ?? 15));
const WARM_UP = 20;
/** The default range of Windows, and the widest that people set. */
const ROWS = [16_384, 64_511];
const LAYOUTS = [TCP4_MODULE, TCP6_MODULE, TCP4_BOUND, UDP4_MODULE];

console.log(`Node ${process.version}, ${cpus().length} cores; medians of ${ROUNDS}, ms\n`);
console.log('| table | rows | bytes | decode | copy of the bytes | decode / copy |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const layout of LAYOUTS) for (const rows of ROWS) console.log(compare(layout, rows));

function compare(layout, rows) {
  const table = buildTable(layout, rows);
  const sockets = createWindowsSockets();
  const decoding = { wanted: ALL_PORTS.tcp, isBoundTable: layout === TCP4_BOUND };
  const decode = () => {
    clearWindowsSockets(sockets);
    decodeSocketTable(table, layout, decoding, sockets);
    if (sockets.columns.length !== rows) throw new Error(`${sockets.columns.length} of ${rows} rows`);
  };
  const copy = () => Uint8Array.prototype.slice.call(table);
  for (let round = 0; round < WARM_UP; round++) [decode(), copy()];
  const times = { decode: [], copy: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.decode.push(timeOf(decode));
    times.copy.push(timeOf(copy));
  }
  const [decoded, copied] = [median(times.decode), median(times.copy)];
  const cells = [layout.name, rows, table.length, decoded.toFixed(2), copied.toFixed(2), (decoded / copied).toFixed(1)];
  return `| ${cells.join(' | ')} |`;
}

/** Rows with the fields that differ on a real host: ports, addresses, owners, states. */
function buildTable(layout, rows) {
  const bytes = Buffer.alloc(layout.firstRow + rows * layout.rowSize);
  bytes.writeUInt32LE(rows, 0);
  for (let index = 0; index < rows; index++) {
    const at = layout.firstRow + index * layout.rowSize;
    bytes.writeUInt32BE(0x0a000001, at + layout.localAddress);
    bytes.writeUInt16BE(1_024 + index, at + layout.localPort);
    bytes.writeUInt32LE(4 * (1 + (index % 200)), at + layout.pid);
    if (layout.state >= 0) bytes.writeUInt32LE([5, 8, 11][index % 3], at + layout.state);
    if (layout.remoteAddress < 0) continue;
    bytes.writeUInt32BE(0xc0000200 + (index % 256), at + layout.remoteAddress);
    bytes.writeUInt16BE(443, at + layout.remotePort);
  }
  return bytes;
}

function timeOf(work) {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
