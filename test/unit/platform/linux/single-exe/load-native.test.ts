import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadNative } from '../../../../../src/platform/linux/single-exe/load-native.ts';

const BYTES = Uint8Array.from([1, 2, 3]);

let base: string;
let program: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'eph-native-'));
  mkdirSync(join(base, 'bin'));
  program = join(base, 'bin/exporter');
});
afterEach(() => rmSync(base, { recursive: true }));

/** What was at the path at the moment of loading. */
const seen = (path: string) => ({
  path,
  bytes: [...readFileSync(path)],
  folderMode: statSync(dirname(path)).mode & 0o777,
});
type Seen = ReturnType<typeof seen>;

describe('the native library of the Linux executable', () => {
  it('is the file beside the executable where a package put it', () => {
    writeFileSync(join(base, 'bin/koffi.node'), BYTES);
    const loaded = loadNative(BYTES, { program, folders: [], load: seen }) as Seen;
    expect(loaded.path).toBe(join(base, 'bin/koffi.node'));
  });

  it('is never a file with other bytes: it is loaded from a folder that only we can enter, and nothing stays', () => {
    writeFileSync(join(base, 'bin/koffi.node'), 'planted');
    const loaded = loadNative(BYTES, { program, folders: [base], load: seen }) as Seen;
    expect(loaded).toMatchObject({ bytes: [1, 2, 3], folderMode: 0o700 });
    expect(existsSync(loaded.path)).toBe(false);
    expect(readdirSync(base)).toEqual(['bin']);
  });

  it('goes to the next folder where the first is missing or mounted noexec', () => {
    const noexec = join(base, 'noexec');
    mkdirSync(noexec);
    const load = (path: string) => {
      if (path.startsWith(noexec)) throw new Error('failed to map segment from shared object');
      return seen(path);
    };
    const folders = [join(base, 'missing'), noexec, base];
    expect((loadNative(BYTES, { program, folders, load }) as Seen).bytes).toEqual([1, 2, 3]);
    expect(readdirSync(noexec)).toEqual([]);
  });

  it('says why and what to do where no folder will do', () => {
    const load = () => {
      throw new Error('failed to map segment from shared object');
    };
    const attempt = () => loadNative(BYTES, { program, folders: [base], load });
    expect(attempt).toThrow(expect.objectContaining({ code: 'EPH_NETLINK_OPEN' }));
    expect(attempt).toThrow(/failed to map segment.*set TMPDIR/);
  });
});
