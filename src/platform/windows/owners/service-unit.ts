/** A running service and the process that hosts it. */
export interface HostedService {
  readonly pid: number;
  readonly name: string;
  /** The copy of a per-user service, whose name ends in `_` and a number of that logon. */
  readonly isUserInstance: boolean;
}

/** Services that a unit label lists before it says `+N`. */
const LISTED = 3;

/**
 * Unit of every process that hosts services: their names sorted and comma-joined, the per-logon suffix of per-user services
 * cut so that each logon is not a new unit, at most three and `+N` for the rest.
 */
export function unitsByPid(services: readonly HostedService[]): ReadonlyMap<number, string> {
  const names = new Map<number, Set<string>>();
  for (const service of services) {
    if (service.pid === 0) continue;
    const name = service.isUserInstance ? service.name.replace(/_[0-9a-f]+$/i, '') : service.name;
    const known = names.get(service.pid);
    if (known === undefined) names.set(service.pid, new Set([name]));
    else known.add(name);
  }
  return new Map([...names].map(([pid, own]) => [pid, unitOf([...own].sort())]));
}

function unitOf(names: readonly string[]): string {
  const listed = names.slice(0, LISTED).join(',');
  return names.length > LISTED ? `${listed}+${names.length - LISTED}` : listed;
}

/** Whether a name from a source without type flags looks like a per-user copy: `_` and the hex number of a logon. */
export function looksLikeUserInstance(name: string): boolean {
  return /_[0-9a-f]{4,16}$/.test(name);
}
