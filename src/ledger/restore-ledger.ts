import type { Sample } from '../model/sample.ts';
import type { ImageColumn } from './image.ts';
import type { LedgerHead, LedgerImage } from './ledger-image.ts';
import type { LedgerState } from './ledger-state.ts';
import { NONE, SLOT } from './slot.ts';
import { ROW_FLAG } from './socket-memory.ts';

/** After a longer gap a tuple says nothing of who has it now; a cookie does. */
const TUPLE_LIFETIME_MS = 60_000;

/** A host without boot ids was not booted anew when its boot time has not moved by more than this. */
const SAME_BOOT_MS = 60_000;

/**
 * Puts an image back into an empty ledger, before its first sample is taken in. Names always come back; ports, owners and
 * remotes only where the system was not booted since, and the first sample then says which of them still are.
 */
export function restoreLedger(state: LedgerState, image: LedgerImage, sample: Sample): void {
  const { head } = image;
  state.startMs = head.startMs;
  for (const { netns, process, unit, earnedAtMs, executables, identityChangedMs } of head.names) {
    const group = state.groups.ofProcess(netns, process, unit);
    state.groups.promote(group);
    group.earnedAtMs = sample.bootMs - Math.max(0, sample.takenAtMs - earnedAtMs);
    group.identityChangedMs = identityChangedMs;
    for (const path of executables) group.executables.add(path);
  }
  if (isSameBoot(head, sample)) restorePorts(state, image, sample);
}

function isSameBoot(head: LedgerHead, sample: Sample): boolean {
  if (head.bootId !== sample.bootId || head.bootMs > sample.bootMs) return false;
  if (sample.bootId !== '') return true;
  const bootedBeforeMs = head.takenAtMs - head.bootMs;
  return Math.abs(sample.takenAtMs - sample.bootMs - bootedBeforeMs) <= SAME_BOOT_MS;
}

function restorePorts(state: LedgerState, { head, columns }: LedgerImage, sample: Sample): void {
  const { pools, owners, remotes, ports, members, life, sockets } = state;
  for (const namespace of head.namespaces) pools.restore(namespace, sample.bootMs);
  const ownerIds = head.owners.map((owner) => {
    const id = owners.intern(owner);
    const restored = owners.owners[id];
    if (restored !== undefined) restored.alive = owner.alive;
    return id;
  });
  const words = column(columns, 'remote.words') as Uint32Array;
  const remoteIds = [...column(columns, 'remote.ports')].map((port, index) => remotes.intern(words, index * 4, port));
  const ownerOf = (index: number): number => (index < 0 ? index : (ownerIds[index] as number));
  const remoteOf = (index: number): number => (index < 0 ? NONE : (remoteIds[index] as number));

  const numbers = column(columns, 'port.port');
  const slots = new Int32Array(numbers.length).fill(NONE);
  for (let row = 0; row < numbers.length; row++) {
    const at = (name: string): number => column(columns, name)[row] as number;
    const pool = pools.pools[at('port.pool')];
    if (pool === undefined) continue;
    const slot = ports.slotOf(pool, numbers[row] as number);
    if (ports.live[slot] !== SLOT.free) continue;
    slots[row] = slot;
    ports.arrive(slot);
    ports.live[slot] = SLOT.used;
    ports.member[slot] = members.of(ownerOf(at('port.owner')), pool.namespace);
    ports.state[slot] = at('port.state');
    ports.heldSinceMs[slot] = at('port.heldSinceMs');
    ports.stuck[slot] = at('port.stuck');
    ports.remote[slot] = remoteOf(at('port.remote'));
    ports.keyLow[slot] = at('port.keyLow');
    ports.keyHigh[slot] = at('port.keyHigh');
    ports.created[slot] = at('port.created');
    const heldSinceMs = ports.heldSinceMs[slot] as number;
    if (Number.isNaN(heldSinceMs)) continue;
    life.reserve(ports.port.length);
    life.note(
      slot,
      ownerOf(at('port.owner')),
      at('port.state'),
      ports.remote[slot] as number,
      Math.floor(heldSinceMs / 1_000),
    );
  }

  const keys = column(columns, 'socket.keyLow');
  sockets.reserve(keys.length);
  const rows = sockets.current;
  const isTupleValid = sample.bootMs - head.bootMs <= TUPLE_LIFETIME_MS;
  for (let row = 0; row < keys.length; row++) {
    const at = (name: string): number => column(columns, name)[row] as number;
    const flags = at('socket.flags');
    if (!isTupleValid && (flags & ROW_FLAG.cookie) === 0 && at('socket.created') === 0) continue;
    const to = rows.length++;
    const port = at('socket.port');
    rows.keyLow[to] = keys[row] as number;
    rows.keyHigh[to] = at('socket.keyHigh');
    rows.owner[to] = ownerOf(at('socket.owner'));
    rows.slot[to] = port < 0 ? NONE : (slots[port] as number);
    rows.remote[to] = remoteOf(at('socket.remote'));
    rows.created[to] = at('socket.created');
    rows.flags[to] = flags;
  }
}

function column(columns: LedgerImage['columns'], name: string): ImageColumn {
  return columns[name] ?? new Uint8Array(0);
}
