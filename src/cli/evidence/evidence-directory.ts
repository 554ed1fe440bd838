import { chmod, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExporterError } from '../../errors.ts';

/** A file that was written. */
export interface EvidenceFile {
  readonly name: string;
  readonly bytes: number;
  /** True when the size limit cut it short. */
  readonly isCut: boolean;
}

/** A directory of our own that takes files up to a size limit, together. */
export interface EvidenceDirectory {
  /** Writes the chunks to a new file, as far as the limit lets; a chunk is written whole or not at all. */
  write(name: string, chunks: AsyncIterable<string> | Iterable<string>): Promise<EvidenceFile>;
}

/**
 * Makes the directory (0700), or takes an empty one; files in it are 0600.
 * @throws ExporterError EPH_EVIDENCE when there is something in its place already, or it cannot be written
 */
export async function openEvidenceDirectory(directory: string, limitBytes: number): Promise<EvidenceDirectory> {
  await told(`cannot use ${directory}`, async () => {
    await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
      if (Reflect.get(Object(error), 'code') !== 'EEXIST') throw error;
    });
    // A link could lead the files to a place that others can read.
    if (!(await lstat(directory)).isDirectory()) throw new Error('it is not a directory');
    if ((await readdir(directory)).length > 0) throw new Error('it is not empty; name a new directory');
    await chmod(directory, 0o700);
  });
  let left = limitBytes;
  return {
    write: (name, chunks) =>
      told(`cannot write ${join(directory, name)}`, async () => {
        const file = await open(join(directory, name), 'wx', 0o600);
        let bytes = 0;
        let isCut = false;
        try {
          for await (const chunk of chunks) {
            const size = Buffer.byteLength(chunk);
            isCut = size > left;
            if (isCut) break;
            await file.appendFile(chunk);
            left -= size;
            bytes += size;
          }
        } finally {
          await file.close();
        }
        return { name, bytes, isCut };
      }),
  };
}

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ExporterError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExporterError('EPH_EVIDENCE', `${what}: ${reason}`, { cause: error });
  }
}
