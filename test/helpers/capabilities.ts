/**
 * Makes the rest of a command line run as user 65534 with exactly these capabilities (`SYS_PTRACE`), as a systemd unit with
 * AmbientCapabilities=, CapabilityBoundingSet= and NoNewPrivileges= does.
 */
export function withCapabilities(names: readonly string[]): readonly string[] {
  const set = ['-all', ...names.map((name) => `+${name.toLowerCase()}`)].join(',');
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs'];
  return ['setpriv', ...user, `--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`];
}

/** The sets of capabilities of a running process, as /proc tells them: hexadecimal masks by name. */
export function capabilityMasks(status: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...status.matchAll(/^(Cap\w+):\s+([0-9a-f]+)$/gm)].map(([, name, mask]) => [name, mask]));
}
