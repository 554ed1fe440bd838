import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { ExporterError } from '../errors.ts';
import type { Image } from '../ledger/image.ts';
import { decodeImage, encodeImage, sealBody, unsealFile } from './ledger-codec.ts';

/** The file calls that the store makes; node:fs/promises has them. */
export type LedgerFs = Pick<typeof import('node:fs/promises'), 'mkdir' | 'open' | 'readFile' | 'rename' | 'rm'>;

/** Largest body that is unpacked: some times that of 60,000 ports. */
const MAX_BODY_BYTES = 256 * 1_048_576;

const packBody = promisify(gzip);
const unpackBody = promisify(gunzip);

/**
 * Writes an image beside the file and puts it in its place: a crash leaves the old or the new one, never a half one.
 * Returns the bytes written.
 */
export async function writeImage(fs: LedgerFs, path: string, image: Image<unknown>): Promise<number> {
  const packed = await packBody(encodeImage(image), { level: constants.Z_BEST_SPEED });
  const file = sealBody(packed);
  const beside = `${path}.new`;
  try {
    const handle = await fs.open(beside, 'w', 0o600);
    try {
      await handle.writeFile(file);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(beside, path);
  } catch (error) {
    await fs.rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  return file.length;
}

/** What was found at a path. */
export type ReadImage<I> =
  | { readonly kind: 'image'; readonly image: I }
  | { readonly kind: 'none' }
  | { readonly kind: 'aside'; readonly error: ExporterError };

/**
 * Reads an image; a file that is damaged, or of a newer program, is renamed to `<path>.damaged-<time>` or `<path>.newer`, so
 * that nothing is lost and the next image has room.
 */
export async function readImage<I extends Image<unknown>>(
  fs: LedgerFs,
  path: string,
  isValid: (image: Image<unknown>) => image is I,
  wallMs: number,
): Promise<ReadImage<I>> {
  let file: Buffer;
  try {
    file = await fs.readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'none' };
    return { kind: 'aside', error: damaged(`cannot read ${path}: ${(error as Error).message}`, error) };
  }
  const found = unsealFile(file);
  const stamp = new Date(wallMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  if (found.kind === 'newer') {
    return aside(fs, path, `${path}.newer`, `version ${found.version} is of a newer program`);
  }
  if (found.kind === 'damaged') return aside(fs, path, `${path}.damaged-${stamp}`, found.why);
  try {
    const image = decodeImage(await unpackBody(found.packed, { maxOutputLength: MAX_BODY_BYTES }));
    if (isValid(image)) return { kind: 'image', image };
    return aside(fs, path, `${path}.damaged-${stamp}`, 'its parts do not fit together');
  } catch (error) {
    return aside(fs, path, `${path}.damaged-${stamp}`, (error as Error).message);
  }
}

async function aside(fs: LedgerFs, path: string, to: string, why: string): Promise<ReadImage<never>> {
  const moved = await fs.rename(path, to).then(
    () => `set aside as ${to}`,
    (error: Error) => `and cannot be set aside: ${error.message}`,
  );
  return { kind: 'aside', error: damaged(`${path}: ${why}; ${moved}; the ledger begins anew`) };
}

function damaged(message: string, cause?: unknown): ExporterError {
  return new ExporterError('EPH_LEDGER_DAMAGED', message, { cause });
}
