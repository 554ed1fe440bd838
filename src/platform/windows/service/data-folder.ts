import { createHash } from 'node:crypto';
import type { Command } from './command-line.ts';

/** Well-known SIDs, for account names are translated. */
const ADMINISTRATORS = '*S-1-5-32-544';
const SYSTEM = '*S-1-5-18';

/**
 * The account that only this service has, whatever account it shares with others: S-1-5-80 and the SHA-1 of its name in capital
 * letters, as `sc showsid` computes it.
 */
export function serviceSid(service: string): string {
  const hash = createHash('sha1').update(service.toUpperCase(), 'utf16le').digest();
  return ['S-1-5-80', ...[0, 4, 8, 12, 16].map((at) => hash.readUInt32LE(at))].join('-');
}

/**
 * Makes the folder writable for administrators, the system and the service alone. Everybody may make folders under ProgramData:
 * what another account prepared there is taken from it first, links themselves and not where they lead.
 */
export function protectFolder(folder: string, service: string): readonly Command[] {
  const icacls = (...args: readonly string[]): Command => ({ file: 'icacls.exe', args: [folder, ...args] });
  const grants = [`${ADMINISTRATORS}:(OI)(CI)F`, `${SYSTEM}:(OI)(CI)F`, `*${serviceSid(service)}:(OI)(CI)M`];
  return [
    icacls('/setowner', ADMINISTRATORS, '/T', '/L', '/Q'),
    icacls('/reset', '/T', '/L', '/Q'),
    icacls('/inheritance:r', '/grant:r', ...grants),
  ];
}
