import { type RecentHistory, recentHistory } from './history-image.ts';
import type { Image, ImageColumns } from './image.ts';
import type { LedgerState } from './ledger-state.ts';
import type { ImageNamespace } from './pool.ts';
import { NONE, SLOT } from './slot.ts';

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
  const { pools, groups } = state;
  const owners = new Renumbering(state.owners.owners.length);
  const remotes = new Renumbering(state.remotes.length);
  const slots = usedSlots(state);
  const columns = {
    ...portColumns(state, slots, owners, remotes),
    ...socketColumns(state, slots, owners, remotes),
    ...remoteColumns(state, remotes),
  };
  const names = groups.groups.flatMap((group): ImageName[] => {
    if (group?.kind !== 'named' || !group.isNamed) return [];
    const { netns, process, unit, earnedAtMs, executables, identityChangedMs } = group;
    const earnedWallMs = moment.takenAtMs - (moment.bootMs - earnedAtMs);
    return [{ netns, process, unit, earnedAtMs: earnedWallMs, executables: [...executables], identityChangedMs }];
  });
  return {
    head: {
      bootId: moment.bootId,
      bootMs: moment.bootMs,
      takenAtMs: moment.takenAtMs,
      startMs: state.startMs,
      namespaces: pools.namespaces.map(({ pools: own, name, inode, identity }) => ({
        name,
        inode,
        identity,
        pools: own.map(({ id }) => id),
      })),
      owners: owners.ids.map((id) => describeOwner(state.owners.owners[id] as ImageOwner)),
      names,
      recentHistory: recentHistory(state.history, historySinceMs),
    },
    columns,
  };
}

function usedSlots({ ports }: LedgerState): Int32Array {
  const slots = new Int32Array(ports.liveCount);
  let count = 0;
  for (let slot = 0; slot < ports.length; slot++) if (ports.live[slot] === SLOT.used) slots[count++] = slot;
  return slots.subarray(0, count);
}

function portColumns(
  { ports, members }: LedgerState,
  slots: Int32Array,
  owners: Renumbering,
  remotes: Renumbering,
): ImageColumns {
  const length = slots.length;
  const pool = new Uint16Array(length);
  const port = new Uint16Array(length);
  const owner = new Int32Array(length);
  const state = new Uint8Array(length);
  const heldSinceMs = new Float64Array(length);
  const stuck = new Uint8Array(length);
  const remote = new Int32Array(length);
  const keyLow = new Uint32Array(length);
  const keyHigh = new Uint32Array(length);
  const created = new Uint32Array(length);
  // One line per column: a helper for any column is ten times slower, since it meets five kinds of arrays.
  for (let row = 0; row < length; row++) {
    const slot = slots[row] as number;
    pool[row] = ports.pool[slot] as number;
    port[row] = ports.port[slot] as number;
    owner[row] = owners.of(members.owner[ports.member[slot] as number] as number);
    state[row] = ports.state[slot] as number;
    heldSinceMs[row] = ports.heldSinceMs[slot] as number;
    stuck[row] = ports.stuck[slot] as number;
    remote[row] = remotes.of(ports.remote[slot] as number);
    keyLow[row] = ports.keyLow[slot] as number;
    keyHigh[row] = ports.keyHigh[slot] as number;
    created[row] = ports.created[slot] as number;
  }
  return {
    'port.pool': pool,
    'port.port': port,
    'port.owner': owner,
    'port.state': state,
    'port.heldSinceMs': heldSinceMs,
    'port.stuck': stuck,
    'port.remote': remote,
    'port.keyLow': keyLow,
    'port.keyHigh': keyHigh,
    'port.created': created,
  };
}

function socketColumns(state: LedgerState, slots: Int32Array, owners: Renumbering, remotes: Renumbering): ImageColumns {
  const rows = state.sockets.current;
  const rowOfSlot = new Int32Array(state.ports.length).fill(NONE);
  for (let row = 0; row < slots.length; row++) rowOfSlot[slots[row] as number] = row;
  const columns = {
    'socket.keyLow': rows.keyLow.slice(0, rows.length),
    'socket.keyHigh': rows.keyHigh.slice(0, rows.length),
    'socket.owner': rows.owner.slice(0, rows.length),
    'socket.port': rows.slot.slice(0, rows.length),
    'socket.remote': rows.remote.slice(0, rows.length),
    'socket.created': rows.created.slice(0, rows.length),
    'socket.flags': rows.flags.slice(0, rows.length),
  };
  owners.renumber(columns['socket.owner']);
  remotes.renumber(columns['socket.remote']);
  const portColumn = columns['socket.port'];
  for (let row = 0; row < portColumn.length; row++) {
    const slot = portColumn[row] as number;
    portColumn[row] = slot < 0 ? NONE : (rowOfSlot[slot] as number);
  }
  return columns;
}

function remoteColumns({ remotes }: LedgerState, { ids }: Renumbering): ImageColumns {
  const words = new Uint32Array(ids.length * 4);
  const ports = new Uint16Array(ids.length);
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] as number;
    for (let word = 0; word < 4; word++) words[index * 4 + word] = remotes.words[id * 4 + word] as number;
    ports[index] = remotes.ports[id] as number;
  }
  return { 'remote.words': words, 'remote.ports': ports };
}

function describeOwner(owner: ImageOwner): ImageOwner {
  const { pid, startMs, name, unit, alive, executable, executableChangeMs, handles } = owner;
  return { pid, startMs, name, unit, alive, executable, executableChangeMs, handles };
}

/** Numbers ids anew from 0 in the order of their first use; what is below 0 stays. */
class Renumbering {
  readonly ids: number[] = [];
  private readonly numbers: Int32Array;

  constructor(length: number) {
    this.numbers = new Int32Array(length);
  }

  of(id: number): number {
    if (id < 0) return id;
    if (this.numbers[id] === 0) this.numbers[id] = this.ids.push(id);
    return (this.numbers[id] as number) - 1;
  }

  renumber(column: Int32Array): void {
    for (let row = 0; row < column.length; row++) column[row] = this.of(column[row] as number);
  }
}
