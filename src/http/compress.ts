import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);

/** A content that came as one Buffer is compressed once, however many ask for it at the same time. */
const compressed = new WeakMap<Buffer, Promise<Buffer>>();

/**
 * Gzip in the thread pool, not on the main thread. At the fastest level: metrics text still shrinks some ten times, and
 * the CPU of compression is part of the exporter's budget.
 */
export function compress(content: Buffer | string): Promise<Buffer> {
  if (typeof content === 'string') return gzipAsync(content, { level: constants.Z_BEST_SPEED });
  const known = compressed.get(content);
  if (known !== undefined) return known;
  const result = gzipAsync(content, { level: constants.Z_BEST_SPEED });
  compressed.set(content, result);
  return result;
}
