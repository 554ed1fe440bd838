import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory in the shape of /proc, for tests that bring their own host. */
export interface ProcRoot {
  readonly path: string;
  write(file: string, text: string): void;
  link(file: string, target: string): void;
  remove(file?: string): void;
}

/** A fresh directory in the shape of /proc; `remove()` takes it away. */
export function makeProcRoot(files: Readonly<Record<string, string>> = {}): ProcRoot {
  const path = mkdtempSync(join(tmpdir(), 'proc-root-'));
  const place = (file: string) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    return join(path, file);
  };
  const root: ProcRoot = {
    path,
    write: (file, text) => writeFileSync(place(file), text),
    link: (file, target) => symlinkSync(target, place(file)),
    remove: (file = '') => rmSync(join(path, file), { recursive: true, force: true }),
  };
  for (const [file, text] of Object.entries(files)) root.write(file, text);
  return root;
}
