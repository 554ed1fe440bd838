import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extractNative } from '../../../../../src/platform/windows/single-exe/extract-native.ts';

const BYTES = Uint8Array.from([1, 2, 3]);

describe('the native library of the executable', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'eph-native-'));
  });
  afterEach(() => rmSync(base, { recursive: true }));

  it('is written to the first folder under a name that holds its hash, whole', () => {
    const path = extractNative('koffi', BYTES, [join(base, 'new/folder'), base]);
    expect(path).toBe(join(base, 'new/folder', 'koffi-039058c6f2c0cb492c533b0a4d14ef77.node'));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(join(base, 'new/folder'))).toHaveLength(1);
  });

  it('is not written again', () => {
    const path = extractNative('koffi', BYTES, [base]);
    const { ino } = statSync(path);
    expect(extractNative('koffi', BYTES, [base])).toBe(path);
    expect(statSync(path).ino).toBe(ino);
  });

  it('is never another file of that name', () => {
    const path = extractNative('koffi', BYTES, [base]);
    writeFileSync(path, 'planted');
    expect([...readFileSync(extractNative('koffi', BYTES, [base]))]).toEqual([1, 2, 3]);
  });

  it('goes to the next folder where the first takes nothing, and passes over what is planted there', () => {
    const [full, free] = [join(base, 'full'), join(base, 'free')];
    writeFileSync(full, 'a file, not a folder');
    expect(extractNative('koffi', BYTES, [full, free])).toContain(free);
    const blocked = join(base, 'blocked');
    const name = 'koffi-039058c6f2c0cb492c533b0a4d14ef77.node';
    mkdirSync(join(blocked, name, 'in the way'), { recursive: true });
    expect(extractNative('koffi', BYTES, [blocked, free])).toContain(free);
    expect(readdirSync(blocked)).toEqual([name]);
  });

  it('that no folder takes is a coded error', () => {
    const full = join(base, 'full');
    writeFileSync(full, '');
    expect(() => extractNative('koffi', BYTES, [full])).toThrow(expect.objectContaining({ code: 'EPH_WINDOWS_CALL' }));
  });
});
