import { grownColumn } from './grown-column.ts';
import { type RecentHistory, recentHistory } from './history-image.ts';
import type { LedgerState } from './ledger-state.ts';
import { NONE, SLOT } from './port-table.ts';

export type ImageColumn = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** A small object and columns, as a file keeps them. */
export interface Image<Head> {
  readonly head: Head;
  readonly columns: Readonly<Record<string, ImageColumn>>;
}

export interface ImageNamespace {
  readonly name: string;
  readonly inode: string;
  /** Pool ids by protocol code; keys of sockets are mixed with them. */
  readonly pools: readonly number[];
}

export interface ImageOwner {
  readonly pid: number;
  readonly startMs: number;
  readonly name: string;
  readonly unit: string;
  readonly alive: boolean;
  readonly executable: string;
  readonly executableChangeMs: number;
  readonly handles: number;
}

/** A name in force, with what was learned of its group. */
export interface ImageName {
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  /** Unix ms when it last was worth its name. */
  readonly earnedAtMs: number;
  readonly executables: readonly string[];
  readonly identityChangedMs: number;
}

export interface LedgerHead {
  readonly bootId: string;
  readonly bootMs: number;
  readonly takenAtMs: number;
  readonly startMs: number;
  readonly namespaces: readonly ImageNamespace[];
  readonly owners: readonly ImageOwner[];
  readonly names: readonly ImageName[];
  readonly recentHistory: RecentHistory;
}

/**
 * All that is remembered but history and life lines: columns `port.*`, a row per used port; `socket.*`, a row per socket of
 * the last sample; `remote.*`. Owners and remotes are indexes into the image's own lists.
 */
export type LedgerImage = Image<LedgerHead>;

/** The moment of an image. */
export interface ImageMoment {
  readonly bootId: string;
  readonly bootMs: number;
  readonly takenAtMs: number;
}

/** An image of the ledger after the sample of `moment`; history since `historySinceMs` (unix ms) goes with it. */
export function imageOfLedger(state: LedgerState, moment: ImageMoment, historySinceMs: number): LedgerImage {
  const { ports, sockets, members, pools, groups } = state;
  const owners = new Renumbering(state.owners.owners.length);
  const remotes = new Renumbering(state.remotes.length);
  const rowOfSlot = new Int32Array(ports.length).fill(NONE);
  const slots: number[] = [];
  for (let slot = 0; slot < ports.length; slot++) {
    if (ports.live[slot] !== SLOT.used) continue;
    rowOfSlot[slot] = slots.push(slot) - 1;
  }
  const ofSlots = <T extends ImageColumn>(column: T, value: (slot: number) => number): T => {
    slots.forEach((slot, row) => {
      column[row] = value(slot);
    });
    return column;
  };
  const count = slots.length;
  const rows = sockets.current;
  const portColumns = {
    'port.pool': ofSlots(new Uint16Array(count), (slot) => ports.pool[slot] as number),
    'port.port': ofSlots(new Uint16Array(count), (slot) => ports.port[slot] as number),
    'port.owner': ofSlots(new Int32Array(count), (slot) =>
      owners.of(members.owner[ports.member[slot] as number] as number),
    ),
    'port.state': ofSlots(new Uint8Array(count), (slot) => ports.state[slot] as number),
    'port.heldSinceMs': ofSlots(new Float64Array(count), (slot) => ports.heldSinceMs[slot] as number),
    'port.stuck': ofSlots(new Uint8Array(count), (slot) => ports.stuck[slot] as number),
    'port.remote': ofSlots(new Int32Array(count), (slot) => remotes.of(ports.remote[slot] as number)),
    'port.keyLow': ofSlots(new Uint32Array(count), (slot) => ports.keyLow[slot] as number),
    'port.keyHigh': ofSlots(new Uint32Array(count), (slot) => ports.keyHigh[slot] as number),
    'port.created': ofSlots(new Uint32Array(count), (slot) => ports.created[slot] as number),
  };
  const socketColumns = {
    'socket.keyLow': rows.keyLow.slice(0, rows.length),
    'socket.keyHigh': rows.keyHigh.slice(0, rows.length),
    'socket.owner': rows.owner.slice(0, rows.length).map((owner) => owners.of(owner)),
    'socket.port': rows.slot.slice(0, rows.length).map((slot) => (slot < 0 ? NONE : (rowOfSlot[slot] as number))),
    'socket.remote': rows.remote.slice(0, rows.length).map((remote) => remotes.of(remote)),
    'socket.created': rows.created.slice(0, rows.length),
    'socket.flags': rows.flags.slice(0, rows.length),
  };
  const words = new Uint32Array(remotes.ids.length * 4);
  remotes.ids.forEach((id, index) => {
    words.set(state.remotes.words.subarray(id * 4, id * 4 + 4), index * 4);
  });
  const names = groups.groups.flatMap((group): ImageName[] => {
    if (group?.kind !== 'named' || !group.isNamed) return [];
    const { netns, process, unit, earnedAtMs, executables, identityChangedMs } = group;
    const earnedWallMs = moment.takenAtMs - (moment.bootMs - earnedAtMs);
    return [{ netns, process, unit, earnedAtMs: earnedWallMs, executables: [...executables], identityChangedMs }];
  });
  return {
    head: {
      ...moment,
      startMs: state.startMs,
      namespaces: pools.namespaces.map(({ name, inode, pools }) => ({ name, inode, pools: pools.map(({ id }) => id) })),
      owners: owners.ids.map((id) => ({ ...(state.owners.owners[id] as ImageOwner) })),
      names,
      recentHistory: recentHistory(state.history, historySinceMs),
    },
    columns: {
      ...portColumns,
      ...socketColumns,
      'remote.words': words,
      'remote.ports': Uint16Array.from(remotes.ids, (id) => state.remotes.ports[id] as number),
    },
  };
}

/** Numbers ids anew from 0 in the order of their first use; what is below 0 stays. */
class Renumbering {
  readonly ids: number[] = [];
  private numbers: Int32Array;

  constructor(length: number) {
    this.numbers = grownColumn(new Int32Array(0), length);
  }

  of(id: number): number {
    if (id < 0) return id;
    if (this.numbers[id] === 0) this.numbers[id] = this.ids.push(id);
    return (this.numbers[id] as number) - 1;
  }
}
