import { type Finding, ok, warning } from '../../check.ts';

/** The first that lists bound-only sockets as released; distributions carry the change back. */
const LISTS_BOUND = [6, 8];

/** Whether the kernel is one that lists bound-only sockets; the check `bound` tries it. */
export function checkKernel(release: string): Finding {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [leastMajor = 0, leastMinor = 0] = LISTS_BOUND;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return ok(`Linux ${release}`);
  return warning(
    `Linux ${release}; kernels before 6.8 list bound-only sockets only where the distribution carried that back`,
    'see the check bound, which tries it; where it warns, boot 6.8 or later, or take --linux.bound-source=pidfd',
  );
}
