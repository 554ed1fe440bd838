import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const NEEDED = ['package.json', 'dist', 'test/helpers/read-rows.js'];
const KOFFI = ['node_modules/koffi', 'node_modules/@koromix'];

/** Makes the rest of a command line run as user 65534 without any capability. */
export const AS_STRANGER: readonly string[] = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--inh-caps=-all',
];

/** A copy of the built reader that every user may read, for a clone often lies in a private home. */
export function copyBuiltReader(options: { readonly koffi?: boolean } = {}): {
  readonly path: string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'built-reader-'));
  chmodSync(path, 0o755);
  for (const part of options.koffi === false ? NEEDED : [...NEEDED, ...KOFFI]) {
    cpSync(join(REPOSITORY, part), join(path, part), { recursive: true });
  }
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
