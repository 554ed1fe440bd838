import { z } from 'zod';
import { addIssue } from '../config-problem.ts';

/** More users than that are a mistake. */
const MOST = 1000;
/** `$2y$10$` and 53 characters of salt and hash. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const LEAST_COST = 4;
/** Each step doubles the time: 16 takes some five seconds, half of what a scrape may take. */
const MOST_COST = 16;

/** `basic_auth_users`. A plain record would lose a user named `__proto__`, and with the last user the whole protection. */
export const USERS_SECTION: z.ZodType<ReadonlyMap<string, string>> = z
  .unknown()
  .transform((value, context): ReadonlyMap<string, string> => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      addIssue(
        context,
        'wrong-type',
        'must be a mapping of names to bcrypt hashes; remove the key to ask for no password',
      );
      return z.NEVER;
    }
    const entries = Object.entries(value);
    if (entries.length > MOST) addIssue(context, 'too-many', `holds more than ${MOST} entries`);
    for (const [name, hash] of entries.slice(0, MOST)) {
      const complaint = complaintOfUser(name, hash);
      if (complaint !== undefined) addIssue(context, ...complaint, [name]);
    }
    return new Map(entries);
  });

/** Never repeats the hash. */
function complaintOfUser(name: string, hash: unknown): ['bad-text' | 'bad-hash', string] | undefined {
  if (name === '' || /[:\p{Cc}]/u.test(name)) {
    return ['bad-text', 'a user name must not be empty and cannot hold a colon or control characters'];
  }
  const cost = typeof hash === 'string' ? Number(BCRYPT.exec(hash)?.[1] ?? Number.NaN) : Number.NaN;
  if (Number.isNaN(cost)) {
    return ['bad-hash', 'is not a bcrypt hash ($2a$, $2b$ or $2y$); make one with: htpasswd -nBC 10 ""'];
  }
  if (cost >= LEAST_COST && cost <= MOST_COST) return undefined;
  return ['bad-hash', `has cost ${cost}; use one from ${LEAST_COST} to ${MOST_COST}, 10 is usual`];
}
