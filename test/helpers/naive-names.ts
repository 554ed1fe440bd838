import type { Sample } from '../../src/model/sample.ts';
import type { NaivePort } from './naive-ledger.ts';

export interface NaiveCounters {
  readonly opened: { tcp: number; udp: number };
  readonly released: { tcp: number; udp: number };
  stuckTotal: number;
  readonly stuckReleased: { closed: number; used: number; exited: number };
  readonly linkLocalOpened: Record<string, number>;
}

export interface NaiveGroup {
  readonly label: string;
  named: boolean;
  counters: NaiveCounters;
  earnedAtMs: number;
}

/** Who is counted under which name, plainly. */
export class NaiveNames {
  /** By `netns name unit`. */
  readonly groups: Map<string, NaiveGroup> = new Map();
  private readonly limit: number;
  /** `name unit` by `pid@startMs`. */
  private readonly processes = new Map<string, string>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The group that counts the owner of a port: its own when it has a name, else one of the three of the namespace. */
  inForce(portKey: string, owner: string): NaiveGroup {
    const netns = portKey.split(' ')[0] as string;
    if (!owner.includes('@')) return this.find(`${netns} ${owner === 'kernel' ? '(kernel)' : '(unknown)'}`);
    const group = this.find(`${netns} ${this.processes.get(owner)}`);
    return group.named ? group : this.find(`${netns} (other)`);
  }

  rename(sample: Sample, ports: ReadonlyMap<string, NaivePort>): void {
    for (const { pid, startMs, name, unit } of sample.processes) {
      const owner = `${pid}@${startMs}`;
      const owned = [...ports].filter(([, port]) => port.owner === owner);
      const before = owned.map(([key]) => this.inForce(key, owner).counters);
      this.processes.set(owner, `${name} ${unit}`);
      owned.forEach(([key, port], index) => {
        const from = before[index] as NaiveCounters;
        const to = this.inForce(key, owner).counters;
        if (from === to) return;
        const protocol = key.split(' ')[1] as 'tcp' | 'udp';
        from.released[protocol]++;
        to.opened[protocol]++;
        if (port.stuck) to.stuckTotal++;
      });
    }
  }

  assign(
    ports: ReadonlyMap<string, NaivePort>,
    rows: readonly { netns: string; owner: string; linkLocal: string; state: number }[],
    bootMs: number,
  ): void {
    const own = (netns: string, owner: string): string => `${netns} ${this.processes.get(owner)}`;
    for (const { netns, owner } of rows) this.inForce(netns, owner);
    const worth = [...this.groups]
      .filter(([, { label }]) => !label.includes('('))
      .map(([key, group]) => {
        const owned = [...ports].filter(([at, { owner }]) => own(at.split(' ')[0] as string, owner) === key);
        const stuck = owned.some(([, port]) => port.stuck);
        const isLinkLocal = ({ netns, owner, linkLocal, state }: (typeof rows)[number]): boolean =>
          own(netns, owner) === key && linkLocal !== 'other' && state !== 6 && state !== 7;
        const earns = owned.length >= 10 || stuck || rows.some(isLinkLocal);
        if (earns) group.earnedAtMs = bootMs;
        return { key, group, stuck, earns, ports: owned.length };
      })
      .filter(({ group, earns }) => earns || (group.named && bootMs - group.earnedAtMs <= 86_400_000))
      .sort(
        (a, b) =>
          Number(b.stuck) - Number(a.stuck) ||
          Number(b.earns) - Number(a.earns) ||
          b.ports - a.ports ||
          Number(b.group.named) - Number(a.group.named) ||
          (a.key < b.key ? -1 : 1),
      );
    const chosen = new Set(worth.slice(0, this.limit).map(({ group }) => group));
    for (const group of this.groups.values()) {
      if (group.label.includes('(')) continue;
      if (chosen.has(group) && !group.named) group.counters = zero();
      group.named = chosen.has(group);
    }
  }

  private find(label: string): NaiveGroup {
    let group = this.groups.get(label);
    if (group === undefined) {
      group = { label, named: false, counters: zero(), earnedAtMs: Number.NEGATIVE_INFINITY };
      this.groups.set(label, group);
    }
    return group;
  }
}

function zero(): NaiveCounters {
  return {
    opened: { tcp: 0, udp: 0 },
    released: { tcp: 0, udp: 0 },
    stuckTotal: 0,
    stuckReleased: { closed: 0, used: 0, exited: 0 },
    linkLocalOpened: { metadata: 0, time: 0, link_local_v4: 0, link_local_v6: 0 },
  };
}
