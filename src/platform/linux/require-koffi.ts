import { createRequire } from 'node:module';

export type Koffi = typeof import('koffi');

// In the single executable there is no package to require: scripts/build-exe.js puts single-exe/require-koffi.ts in the place
// of this file.

/** The installed package; throws what Node throws when it or its binary for this system is missing. */
export function requireKoffi(): Koffi {
  return createRequire(import.meta.url)('koffi') as Koffi;
}
