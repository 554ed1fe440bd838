import { createHmac, randomBytes } from 'node:crypto';

/** User names with the bcrypt hash of each one's password. */
export type Users = ReadonlyMap<string, string>;

/** `busy`: so many other passwords are being compared that this one was not. */
export type PasswordVerdict = 'right' | 'wrong' | 'busy';

/** Tells right passwords from wrong ones, at the same price whether or not there is such a user. */
export interface PasswordCheck {
  check(users: Users, name: string, password: string): Promise<PasswordVerdict>;
}

/** Comparisons that may wait for each other; a flood of guesses must not pile up. */
const MOST_WAITING = 16;
/** A scraper with an old password asks again and again; its failure is remembered, among so many. */
const MOST_FAILURES = 100;

/** @param compare whether a bcrypt hash is that of a password, which takes long */
export function createPasswordCheck(compare: (password: string, hash: string) => Promise<boolean>): PasswordCheck {
  // Passwords are kept only as digests under a key that this process alone knows and that ends with it.
  const secret = randomBytes(32);
  const digest = (...parts: readonly string[]) => createHmac('sha256', secret).update(JSON.stringify(parts)).digest();
  /** Digest of the password that was right last, by user: no flood of guesses pushes it out. */
  const accepted = new Map<string, string>();
  const refused = new Set<string>();
  const comparing = new Map<string, Promise<boolean>>();

  /** Who is no user is compared with the hash of one: always the same one for the same name, so that costs fit too. */
  const decoyFor = (users: Users, name: string): string => {
    const hashes = [...users.values()];
    return hashes[digest(name).readUInt32BE(0) % hashes.length] ?? '';
  };
  const remember = (users: Users, name: string, key: string, isRight: boolean) => {
    if (isRight) {
      for (const known of accepted.keys()) if (!users.has(known)) accepted.delete(known);
      accepted.set(name, key);
      return;
    }
    const [oldest] = refused;
    if (oldest !== undefined && refused.size >= MOST_FAILURES) refused.delete(oldest);
    refused.add(key);
  };
  return {
    async check(users, name, password) {
      const own = users.get(name);
      const hash = own ?? decoyFor(users, name);
      const key = digest(name, hash, password).toString('base64');
      if (own !== undefined && accepted.get(name) === key) return 'right';
      if (refused.has(key)) return 'wrong';
      // Scrapers that come together with one password share one comparison.
      let comparison = comparing.get(key);
      if (comparison === undefined) {
        if (comparing.size >= MOST_WAITING) return 'busy';
        comparison = compare(password, hash).finally(() => comparing.delete(key));
        comparing.set(key, comparison);
      }
      const isRight = (await comparison) && own !== undefined;
      remember(users, name, key, isRight);
      return isRight ? 'right' : 'wrong';
    },
  };
}
