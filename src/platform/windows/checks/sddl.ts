/** What one entry of a security descriptor's list allows; SDDL as [MS-DTYP] 2.5.1 writes it. */
interface AllowEntry {
  /** Two letters for a well-known account, else its SID. */
  readonly trustee: string;
  readonly rights: string;
}

/** Rights that let somebody change, add or remove: all, write, modify and their parts for files (winnt.h). */
const WRITING_WORDS = ['GA', 'GW', 'FA', 'FW', 'WD', 'WO', 'SD', 'DC', 'LC'];
const WRITING_BITS = 0x0002 | 0x0004 | 0x0040 | 0x0001_0000 | 0x0004_0000 | 0x0008_0000 | 0x1000_0000 | 0x4000_0000;

/** Administrators, the system, and the installer of Windows, by letters and by SID. */
const TRUSTED = [
  'BA',
  'SY',
  'S-1-5-32-544',
  'S-1-5-18',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
];

/** The creator of a file gets what is inherited by it: who may create none gains nothing. */
const CREATOR = ['CO', 'S-1-3-0'];

/** Accounts besides administrators, the system and `allowed` that a descriptor lets write; `(everybody)` where it has no list. */
export function writersOf(sddl: string, allowed: readonly string[] = []): readonly string[] {
  const list = /D:[A-Z_]*((?:\([^)]*\))*)/.exec(sddl);
  if (list === null || sddl.includes('NO_ACCESS_CONTROL')) return ['(everybody)'];
  const known = [...TRUSTED, ...CREATOR, ...allowed];
  const writers = allowEntries(list[1] ?? '').filter(({ rights }) => allowsWriting(rights));
  return [...new Set(writers.map(({ trustee }) => trustee))].filter((trustee) => !known.includes(trustee));
}

function allowEntries(list: string): readonly AllowEntry[] {
  return [...list.matchAll(/\(([^)]*)\)/g)].flatMap(([, entry = '']) => {
    const [type, , rights = '', , , trustee = ''] = entry.split(';');
    return type === 'A' ? [{ trustee, rights }] : [];
  });
}

function allowsWriting(rights: string): boolean {
  if (/^0x/i.test(rights)) return (Number(rights) & WRITING_BITS) !== 0;
  return (rights.match(/../g) ?? []).some((word) => WRITING_WORDS.includes(word));
}
