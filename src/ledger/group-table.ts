import { GROUP_LABEL, type OwnerGroupKind } from '../model/attributed.ts';
import { OWNER_CODE } from '../model/owner-code.ts';
import { type Counters, zeroCounters } from './counters.ts';

/** The owners of one namespace that share process name and unit, or one of the three that stand for a namespace's rest. */
export interface Group {
  readonly id: number;
  readonly kind: OwnerGroupKind;
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  /** True when it is counted under its own name; always for `other`, `kernel` and `unknown`. */
  isNamed: boolean;
  /** Where its events are credited: its own counters, or those of `(other)`. */
  counters: Counters;
  /** Boot ms when it last was worth a name. */
  earnedAtMs: number;
  /** Ports, stuck ports and link-local connections of this sample; ports that could not be read this time included. */
  ports: number;
  stuck: number;
  linkLocal: number;
  /** Living members with ports, and their handles; -1 when none could be read. */
  members: number;
  handles: number;
  /** Of the member that stands for the group, unix ms; 0 when not known. */
  startMs: number;
  executableChangeMs: number;
  /** Paths of the executables the group was seen to run, the last seen last; bounded. */
  readonly executables: Set<string>;
  /** Unix ms when the group was seen to run another executable than before; 0 when it never was. */
  identityChangedMs: number;
  /** Index in `Attributed.groups`. */
  index: number;
}

/** The three groups that take what has no name of its own in a namespace. */
export interface RestGroups {
  readonly other: Group;
  readonly kernel: Group;
  readonly unknown: Group;
}

/** All groups, named or not. */
export class GroupTable {
  /** By id. */
  readonly groups: (Group | undefined)[] = [];
  private readonly byKey = new Map<string, Group>();
  private readonly rests = new Map<string, RestGroups>();
  private readonly free: number[] = [];

  /** The group of a process by its names, new or known. */
  ofProcess(netns: string, process: string, unit: string): Group {
    const label = labelOf(process);
    const key = JSON.stringify([netns, label, unit]);
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const group = this.add('named', netns, label, unit, this.restOf(netns).other.counters);
    this.byKey.set(key, group);
    return group;
  }

  /** The group of a row without a process. */
  ofCode(netns: string, code: number): Group {
    const rest = this.restOf(netns);
    return code === OWNER_CODE.kernel ? rest.kernel : rest.unknown;
  }

  restOf(netns: string): RestGroups {
    let rest = this.rests.get(netns);
    if (rest === undefined) {
      rest = {
        other: this.add('other', netns, GROUP_LABEL.other, ''),
        kernel: this.add('kernel', netns, GROUP_LABEL.kernel, ''),
        unknown: this.add('unknown', netns, GROUP_LABEL.unknown, ''),
      };
      this.rests.set(netns, rest);
    }
    return rest;
  }

  /** Begins all counters anew. */
  resetCounters(): void {
    for (const group of this.groups) if (group !== undefined && group.kind !== 'named') group.counters = zeroCounters();
    for (const group of this.groups) {
      if (group?.kind !== 'named') continue;
      group.counters = group.isNamed ? zeroCounters() : this.restOf(group.netns).other.counters;
    }
  }

  /** From now on the group is counted under its own name, from 0. */
  promote(group: Group): void {
    group.isNamed = true;
    group.counters = zeroCounters();
  }

  /** From now on the group is counted under `(other)`. */
  demote(group: Group): void {
    group.isNamed = false;
    group.counters = this.restOf(group.netns).other.counters;
  }

  /** Forgets unnamed groups whose mark is 0, and all groups of namespaces that `isKnown` does not know. */
  sweep(marks: Uint8Array, isKnown: (netns: string) => boolean): void {
    for (const [key, group] of this.byKey) {
      if (marks[group.id] === 1 || (group.isNamed && isKnown(group.netns))) continue;
      this.byKey.delete(key);
      this.remove(group);
    }
    for (const [netns, rest] of this.rests) {
      if (isKnown(netns)) continue;
      this.rests.delete(netns);
      for (const group of [rest.other, rest.kernel, rest.unknown]) this.remove(group);
    }
  }

  private add(kind: OwnerGroupKind, netns: string, process: string, unit: string, counters?: Counters): Group {
    const group: Group = {
      id: this.free.pop() ?? this.groups.length,
      kind,
      netns,
      process,
      unit,
      isNamed: kind !== 'named',
      counters: counters ?? zeroCounters(),
      earnedAtMs: Number.NEGATIVE_INFINITY,
      ports: 0,
      stuck: 0,
      linkLocal: 0,
      members: 0,
      handles: -1,
      startMs: 0,
      executableChangeMs: 0,
      executables: new Set(),
      identityChangedMs: 0,
      index: 0,
    };
    this.groups[group.id] = group;
    return group;
  }

  private remove(group: Group): void {
    this.groups[group.id] = undefined;
    this.free.push(group.id);
  }
}

/** A name that begins with `(` could be taken for one of {@link GROUP_LABEL}; one without letters, for no label at all. */
function labelOf(process: string): string {
  if (process === '') return '_';
  return process.startsWith('(') ? `_${process}` : process;
}
