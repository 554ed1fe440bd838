import { tmpdir } from 'node:os';
import { getAsset } from 'node:sea';
import type { Koffi } from '../require-koffi.ts';
import { loadNative } from './load-native.ts';

/** koffi's native part out of the executable. */
export function requireKoffi(): Koffi {
  const bytes = new Uint8Array(getAsset('koffi.node'));
  const load = (path: string): unknown => {
    const module = { exports: {} };
    process.dlopen(module, path);
    return module.exports;
  };
  // /tmp is often mounted noexec; /dev/shm and /var/tmp seldom all three.
  const folders = [tmpdir(), '/dev/shm', '/var/tmp'];
  return loadNative(bytes, { program: process.execPath, folders, load }) as Koffi;
}
