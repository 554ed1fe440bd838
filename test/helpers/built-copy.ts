import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const NEEDED = ['package.json', 'dist'];

/** Makes the rest of a command line run as user 65534 without any capability. */
export const AS_STRANGER: readonly string[] = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--inh-caps=-all',
];

export interface BuiltCopy {
  readonly path: string;
  remove(): void;
}

/** A copy of the built reader that every user may read, for a clone often lies in a private home. */
export function copyBuiltReader(options: { readonly koffi?: boolean } = {}): BuiltCopy {
  const packages = listRuntimePackages().filter((path) => options.koffi !== false || !/(?:koffi|@koromix)/.test(path));
  return copyParts([...NEEDED, 'test/helpers/read-rows.js', ...packages]);
}

/** A copy of the whole built program, with the packages it runs with and no other. */
export function copyBuiltProgram(): BuiltCopy {
  return copyParts([...NEEDED, ...listRuntimePackages()]);
}

function listRuntimePackages(): string[] {
  const { packages } = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const runtime = Object.keys(packages).filter((path) => path !== '' && packages[path]?.dev !== true);
  // Of the optional ones only those of this system are installed.
  return runtime.filter((path) => existsSync(join(REPOSITORY, path)));
}

function copyParts(parts: readonly string[]): BuiltCopy {
  const path = mkdtempSync(join(tmpdir(), 'built-copy-'));
  chmodSync(path, 0o755);
  for (const part of parts) cpSync(join(REPOSITORY, part), join(path, part), { recursive: true });
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
