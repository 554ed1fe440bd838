import { dirname, join } from 'node:path';
import { getAsset } from 'node:sea';
import type { Koffi } from '../require-koffi.ts';
import { extractNative } from './extract-native.ts';

/**
 * koffi's native part out of the executable. The folder of the executable comes first: who can write there can replace the
 * executable itself, so nothing is trusted that was not before. The next is the user's own.
 */
export function requireKoffi(): Koffi {
  const own = process.env['LOCALAPPDATA'];
  const folders = [dirname(process.execPath), ...(own === undefined ? [] : [join(own, 'ephemeral-port-exporter')])];
  const module = { exports: {} };
  process.dlopen(module, extractNative('koffi', new Uint8Array(getAsset('koffi.node')), folders));
  return module.exports as Koffi;
}
