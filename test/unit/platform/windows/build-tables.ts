import type { TableLayout } from '../../../../src/platform/windows/tables/table-layout.ts';

/** One row of an iphlpapi table as a test writes it. */
export interface TableRow {
  readonly state?: number;
  /** 4 or 16 bytes. */
  readonly local: readonly number[];
  readonly localPort: number;
  readonly remote?: readonly number[];
  readonly remotePort?: number;
  readonly pid: number;
  /** FILETIME. */
  readonly created?: bigint;
}

/** Bytes of a table as Windows lays it out, with garbage where Windows leaves garbage. */
export function buildTable(layout: TableLayout, rows: readonly TableRow[], slackBytes = 0): Buffer {
  const bytes = Buffer.alloc(layout.firstRow + rows.length * layout.rowSize + slackBytes, 0xee);
  bytes.writeUInt32LE(rows.length, 0);
  rows.forEach((row, index) => {
    const at = layout.firstRow + index * layout.rowSize;
    if (layout.state >= 0) bytes.writeUInt32LE(row.state ?? 5, at + layout.state);
    bytes.set(row.local, at + layout.localAddress);
    bytes.writeUInt16BE(row.localPort, at + layout.localPort);
    if (layout.remoteAddress >= 0) {
      bytes.set(row.remote ?? new Array<number>(row.local.length).fill(0), at + layout.remoteAddress);
      bytes.writeUInt16BE(row.remotePort ?? 0, at + layout.remotePort);
    }
    bytes.writeUInt32LE(row.pid, at + layout.pid);
    if (layout.created >= 0) bytes.writeBigUInt64LE(row.created ?? 0n, at + layout.created);
  });
  return bytes;
}

/** FILETIME of a unix time in ms. */
export function fileTime(unixMs: number): bigint {
  return (BigInt(unixMs) + 11_644_473_600_000n) * 10_000n;
}

export interface ProcessEntry {
  readonly pid: number;
  readonly created: bigint;
  readonly image: string;
  readonly handles: number;
}

/** A SystemProcessInformation buffer whose first byte lies at `address`; each entry is followed by 80 bytes of a thread. */
export function buildProcessTable(entries: readonly ProcessEntry[], address: bigint): Buffer {
  const parts = entries.map((entry, index) => {
    const name = Buffer.from(entry.image, 'utf16le');
    const part = Buffer.alloc(0x100 + 80 + name.length + (8 - (name.length % 8)), 0);
    part.writeUInt32LE(index === entries.length - 1 ? 0 : part.length, 0);
    part.writeBigUInt64LE(entry.created, 0x20);
    part.writeUInt16LE(name.length, 0x38);
    part.writeBigUInt64LE(BigInt(entry.pid), 0x50);
    part.writeUInt32LE(entry.handles, 0x60);
    name.copy(part, 0x100 + 80);
    return part;
  });
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    part.writeBigUInt64LE((entries[index]?.image ?? '') === '' ? 0n : address + BigInt(offset + 0x100 + 80), 0x40);
    offset += part.length;
  }
  return Buffer.concat(parts);
}

export interface ServiceEntry {
  readonly pid: number;
  readonly name: string;
  readonly type?: number;
}

/** An EnumServicesStatusExW buffer whose first byte lies at `address`. */
export function buildServiceTable(entries: readonly ServiceEntry[], address: bigint): Buffer {
  const names = entries.map(({ name }) => Buffer.from(`${name}\0`, 'utf16le'));
  const rows = Buffer.alloc(entries.length * 56);
  let nameAt = rows.length;
  entries.forEach((entry, index) => {
    rows.writeBigUInt64LE(address + BigInt(nameAt), index * 56);
    rows.writeUInt32LE(entry.type ?? 0x10, index * 56 + 16);
    rows.writeUInt32LE(entry.pid, index * 56 + 44);
    nameAt += (names[index] as Buffer).length;
  });
  return Buffer.concat([rows, ...names]);
}
