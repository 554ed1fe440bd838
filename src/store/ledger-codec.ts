import { crc32 } from 'node:zlib';
import { ExporterError } from '../errors.ts';
import type { Image, ImageColumn } from '../ledger/image.ts';

/**
 * A ledger file: 8 bytes magic, version (u16), reserved (u16), length of the packed body (u32), CRC-32 of it (u32), the body.
 * The body, unpacked: length of the head (u32), the head as JSON, then the columns one after the other. Little-endian.
 */
const MAGIC = Buffer.from('ephledgr');
export const LEDGER_VERSION = 1;
const HEADER_BYTES = 20;

const COLUMN_TYPES = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float64Array } as const;
type ColumnType = keyof typeof COLUMN_TYPES;

interface StoredHead {
  readonly head: unknown;
  readonly columns: readonly (readonly [name: string, type: ColumnType, length: number])[];
}

/** The unpacked body of an image. */
export function encodeImage({ head, columns }: Image<unknown>): Buffer {
  const entries = Object.entries(columns);
  const stored: StoredHead = {
    head,
    columns: entries.map(([name, column]) => [name, column.constructor.name as ColumnType, column.length]),
  };
  const json = Buffer.from(JSON.stringify(stored));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const parts = entries.map(([, { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength));
  return Buffer.concat([length, json, ...parts]);
}

/**
 * The image of an unpacked body; what its head says is not checked here.
 * @throws ExporterError EPH_LEDGER_DAMAGED
 */
export function decodeImage(body: Buffer): Image<unknown> {
  try {
    const headLength = body.readUInt32LE(0);
    const { head, columns } = JSON.parse(body.toString('utf8', 4, 4 + headLength)) as StoredHead;
    const decoded: Record<string, ImageColumn> = {};
    let offset = 4 + headLength;
    for (const [name, type, length] of columns) {
      const Column = COLUMN_TYPES[type];
      const bytes = length * Column.BYTES_PER_ELEMENT;
      if (offset + bytes > body.length) throw new RangeError(`column ${name} is cut short`);
      decoded[name] = new Column(Uint8Array.from(body.subarray(offset, offset + bytes)).buffer);
      offset += bytes;
    }
    return { head, columns: decoded };
  } catch (cause) {
    throw new ExporterError('EPH_LEDGER_DAMAGED', `not a ledger: ${(cause as Error).message}`, { cause });
  }
}

/** A packed body with its header in front. */
export function sealBody(packed: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt16LE(LEDGER_VERSION, 8);
  header.writeUInt32LE(packed.length, 12);
  header.writeUInt32LE(crc32(packed), 16);
  return Buffer.concat([header, packed]);
}

/** What a file holds: a packed body, a file of a newer program, or something that is not whole. */
export type UnsealedFile =
  | { readonly kind: 'body'; readonly packed: Buffer }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged'; readonly why: string };

export function unsealFile(file: Buffer): UnsealedFile {
  if (file.length < HEADER_BYTES) return { kind: 'damaged', why: `${file.length} bytes, cut short` };
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) return { kind: 'damaged', why: 'not a ledger file' };
  const version = file.readUInt16LE(8);
  if (version > LEDGER_VERSION) return { kind: 'newer', version };
  const packed = file.subarray(HEADER_BYTES);
  const length = file.readUInt32LE(12);
  if (packed.length !== length) return { kind: 'damaged', why: `${packed.length} of ${length} bytes` };
  if (crc32(packed) !== file.readUInt32LE(16)) return { kind: 'damaged', why: 'checksum differs' };
  return { kind: 'body', packed };
}
