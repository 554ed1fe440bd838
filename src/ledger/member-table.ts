import type { Group, GroupTable } from './group-table.ts';
import { grownCapacity, grownColumn } from './grown-column.ts';
import type { OwnerTable } from './owner-table.ts';
import type { Namespace } from './pool.ts';

/**
 * Owners within namespaces: a process that holds ports in two namespaces is a member of two groups, and each owner code is
 * one member of every namespace. What a port stores of its owner is a member.
 */
export class MemberTable {
  length = 0;
  /** Owner id, or an owner code. */
  owner: Int32Array = new Int32Array(0);
  group: Int32Array = new Int32Array(0);
  /** Ports of this sample by protocol code, two a member, and stuck ports. */
  ports: Uint32Array = new Uint32Array(0);
  stuck: Uint32Array = new Uint32Array(0);
  private namespaceOf: (Namespace | undefined)[] = [];
  /** Next member of the same owner + 1, or of the free list. */
  private next: Int32Array = new Int32Array(0);
  /** First member of each owner + 1. */
  private firstOfOwner: Int32Array = new Int32Array(0);
  private free = 0;
  private readonly owners: OwnerTable;
  private readonly groups: GroupTable;

  constructor(owners: OwnerTable, groups: GroupTable) {
    this.owners = owners;
    this.groups = groups;
  }

  /** The member of an owner id or code in a namespace, new or known. */
  of(owner: number, namespace: Namespace): number {
    if (owner < 0) return this.ofCode(owner, namespace);
    if (owner >= this.firstOfOwner.length) {
      this.firstOfOwner = grownColumn(this.firstOfOwner, grownCapacity(this.firstOfOwner.length, owner + 1));
    }
    let at = this.firstOfOwner[owner] as number;
    for (; at !== 0; at = this.next[at - 1] as number) if (this.namespaceOf[at - 1] === namespace) return at - 1;
    const process = this.owners.owners[owner];
    const group = this.groups.ofProcess(namespace.label, process?.name ?? '', process?.unit ?? '');
    const member = this.add(owner, group, namespace);
    this.next[member] = this.firstOfOwner[owner] as number;
    this.firstOfOwner[owner] = member + 1;
    return member;
  }

  groupOf(member: number): Group {
    return this.groups.groups[this.group[member] as number] as Group;
  }

  /**
   * Moves the members of renamed owners to the groups of their new names: their ports change hands, as events of both
   * groups; stuck ones become stuck ports of the new name.
   */
  followNames(): void {
    for (const owner of this.owners.renamed) {
      const process = this.owners.owners[owner];
      for (let at = this.firstOfOwner[owner] ?? 0; at !== 0; at = this.next[at - 1] as number) {
        const member = at - 1;
        const namespace = this.namespaceOf[member];
        if (namespace === undefined || process === undefined) continue;
        const from = this.groupOf(member).counters;
        const group = this.groups.ofProcess(namespace.label, process.name, process.unit);
        const to = group.counters;
        this.group[member] = group.id;
        if (from === to) continue;
        from.released.tcp += this.ports[member * 2] as number;
        from.released.udp += this.ports[member * 2 + 1] as number;
        to.opened.tcp += this.ports[member * 2] as number;
        to.opened.udp += this.ports[member * 2 + 1] as number;
        to.stuckTotal += this.stuck[member] as number;
      }
    }
  }

  /** Moves the members of a namespace to the groups of its new label. Nothing is credited: no port changed hands. */
  followLabel(namespace: Namespace): void {
    for (let member = 0; member < this.length; member++) {
      if (this.namespaceOf[member] !== namespace) continue;
      const owner = this.owner[member] as number;
      const process = this.owners.owners[owner];
      const group =
        owner < 0
          ? this.groups.ofCode(namespace.label, owner)
          : this.groups.ofProcess(namespace.label, process?.name ?? '', process?.unit ?? '');
      this.group[member] = group.id;
    }
  }

  /** Forgets members whose mark is 0; the others' owners and groups must be kept. */
  sweep(marks: Uint8Array, namespaces: readonly Namespace[]): void {
    this.firstOfOwner.fill(0);
    this.free = 0;
    for (const namespace of namespaces) namespace.codeMembers.length = 0;
    for (let member = this.length - 1; member >= 0; member--) {
      const owner = this.owner[member] as number;
      const namespace = this.namespaceOf[member];
      if (marks[member] !== 1 || namespace === undefined) {
        this.namespaceOf[member] = undefined;
        this.next[member] = this.free;
        this.free = member + 1;
      } else if (owner < 0) {
        namespace.codeMembers[-owner - 1] = member;
      } else {
        this.next[member] = this.firstOfOwner[owner] as number;
        this.firstOfOwner[owner] = member + 1;
      }
    }
  }

  private ofCode(code: number, namespace: Namespace): number {
    const known = namespace.codeMembers[-code - 1];
    if (known !== undefined) return known;
    const member = this.add(code, this.groups.ofCode(namespace.label, code), namespace);
    namespace.codeMembers[-code - 1] = member;
    return member;
  }

  private add(owner: number, group: Group, namespace: Namespace): number {
    const member = this.takeId();
    this.owner[member] = owner;
    this.group[member] = group.id;
    this.namespaceOf[member] = namespace;
    this.ports.fill(0, member * 2, member * 2 + 2);
    this.stuck[member] = 0;
    return member;
  }

  private takeId(): number {
    if (this.free !== 0) {
      const id = this.free - 1;
      this.free = this.next[id] as number;
      return id;
    }
    if (this.length === this.owner.length) {
      const capacity = grownCapacity(this.length, this.length + 1);
      this.owner = grownColumn(this.owner, capacity);
      this.group = grownColumn(this.group, capacity);
      this.ports = grownColumn(this.ports, capacity * 2);
      this.stuck = grownColumn(this.stuck, capacity);
      this.next = grownColumn(this.next, capacity);
    }
    return this.length++;
  }
}
