import { access, constants, stat } from 'node:fs/promises';

/** Whether this user may make files in a directory that is there, on a file system that can be written. */
export async function isWritableDirectory(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK | constants.X_OK);
    return (await stat(directory)).isDirectory();
  } catch {
    return false;
  }
}
