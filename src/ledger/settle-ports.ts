import type { StuckReleaseHow } from '../model/attributed.ts';
import { OWNER_CODE } from '../model/owner-code.ts';
import { PROTOCOL } from '../model/protocol.ts';
import { PORT_STATE } from '../model/socket-state.ts';
import type { Counters } from './counters.ts';
import { isClosing } from './fold-sockets.ts';
import type { Intake } from './intake.ts';
import type { Pool } from './pool.ts';
import { NONE, SLOT } from './slot.ts';

/** Settles the slots `from` to `to` after all rows were folded: owners, ages, events, and the tallies of members. */
export function settlePorts(intake: Intake, from: number, to: number): void {
  const { ports, pools, generation } = intake.state;
  for (let slot = from; slot < to; slot++) {
    if (ports.live[slot] === SLOT.free) continue;
    const pool = pools.pools[ports.pool[slot] as number];
    if (pool === undefined) continue;
    if (ports.seen[slot] === generation) settleSeen(intake, slot, pool);
    else if (!pool.isCarried) release(intake, slot, pool);
    if (ports.live[slot] === SLOT.used) tally(intake, slot, pool);
  }
}

function settleSeen(intake: Intake, slot: number, pool: Pool): void {
  const { state, sample } = intake;
  const { ports, members } = state;
  const owner = ports.bestOwner[slot] as number;
  const row = ports.bestRow[slot] as number;
  const isArriving = ports.live[slot] === SLOT.arriving;
  const before = ports.member[slot] as number;
  const hasSameOwner = !isArriving && members.owner[before] === owner;
  if (isArriving) {
    ports.live[slot] = SLOT.used;
    const member = members.of(owner, pool.namespace);
    ports.member[slot] = member;
    if (!pool.isBaseline) countOpened(members.groupOf(member).counters, pool);
  } else if (!hasSameOwner || ports.continues[slot] === 0) {
    changeHands(intake, slot, pool, members.of(owner, pool.namespace));
  } else if (owner < 0 && !isSameSocket(intake, slot, row)) {
    ports.remote[slot] = NONE;
  }
  ports.state[slot] = ports.bestState[slot] as number;
  ports.remoteRow[slot] = NONE;
  hold(intake, slot, pool, isArriving ? (sample.sockets.createdMs[row] as number) : 0);
  const rows = state.sockets.current;
  ports.keyLow[slot] = rows.keyLow[row] as number;
  ports.keyHigh[slot] = rows.keyHigh[row] as number;
  ports.created[slot] = rows.created[row] as number;
}

/** The port goes from one owner to another, or from one socket to an unrelated one. */
function changeHands(intake: Intake, slot: number, pool: Pool, member: number): void {
  const { ports, members } = intake.state;
  const before = ports.member[slot] as number;
  const from = members.groupOf(before).counters;
  const to = members.groupOf(member).counters;
  const isContinuous = ports.continues[slot] === 1;
  if (from !== to || !isContinuous) {
    countReleased(from, pool);
    countOpened(to, pool);
  }
  ports.member[slot] = member;
  if (isContinuous && isFoundOut(intake, slot, before)) {
    if (ports.stuck[slot] === 1 && from !== to) to.stuckTotal++;
    return;
  }
  endStuck(intake, slot, before, letGo(intake, before));
  ports.heldSinceMs[slot] = Number.NaN;
  ports.remote[slot] = NONE;
}

/** True when the same socket's owner, unknown so far, is known now: nobody let go of anything. */
function isFoundOut(intake: Intake, slot: number, before: number): boolean {
  const { ports, members } = intake.state;
  const owner = members.owner[before] as number;
  return (
    owner < OWNER_CODE.kernel &&
    (ports.bestOwner[slot] as number) >= 0 &&
    isSameSocket(intake, slot, ports.bestRow[slot] as number)
  );
}

function isSameSocket({ state }: Intake, slot: number, row: number): boolean {
  const { ports, sockets } = state;
  return sockets.current.keyLow[row] === ports.keyLow[slot] && sockets.current.keyHigh[row] === ports.keyHigh[slot];
}

/** Keeps `heldSinceMs` and `stuck`; `createdMs` is that of a socket seen for the first time, 0 when there is none. */
function hold(intake: Intake, slot: number, pool: Pool, createdMs: number): void {
  const { state, sample } = intake;
  const { ports, members, options } = state;
  const portState = ports.state[slot] as number;
  const isHeld = pool.protocol === 'tcp' && (portState === PORT_STATE.bound || portState === PORT_STATE.close_wait);
  if (!isHeld) {
    if (ports.stuck[slot] === 1) endStuck(intake, slot, ports.member[slot] as number, howUsed(intake, slot));
    ports.heldSinceMs[slot] = Number.NaN;
    return;
  }
  if (Number.isNaN(ports.heldSinceMs[slot])) {
    const ageMs = createdMs > 0 ? Math.max(0, sample.takenAtMs - createdMs) : 0;
    ports.heldSinceMs[slot] = sample.bootMs - ageMs;
  }
  if (ports.stuck[slot] === 0 && sample.bootMs - (ports.heldSinceMs[slot] as number) > options.stuckAfterMs) {
    ports.stuck[slot] = 1;
    const isOld = pool.isBaseline && createdMs !== 0;
    if (!isOld) members.groupOf(ports.member[slot] as number).counters.stuckTotal++;
  }
}

/** A stuck port that is neither bound nor close_wait any more came to life, unless what is left is only closing. */
function howUsed(intake: Intake, slot: number): StuckReleaseHow {
  const { state, sample } = intake;
  const row = state.ports.bestRow[slot] as number;
  const isLetGo = isClosing(sample.sockets.state[row] as number);
  return isLetGo ? letGo(intake, state.ports.member[slot] as number) : 'used';
}

/** How a member that has lost a port let go of it. */
function letGo({ state }: Intake, member: number): StuckReleaseHow {
  const owner = state.owners.owners[state.members.owner[member] as number];
  return owner !== undefined && !owner.alive ? 'exited' : 'closed';
}

function endStuck({ state }: Intake, slot: number, member: number, how: StuckReleaseHow): void {
  if (state.ports.stuck[slot] === 0) return;
  state.ports.stuck[slot] = 0;
  state.members.groupOf(member).counters.stuckReleased[how]++;
}

function release(intake: Intake, slot: number, pool: Pool): void {
  const { ports, members } = intake.state;
  const member = ports.member[slot] as number;
  if (!pool.isBaseline) {
    endStuck(intake, slot, member, letGo(intake, member));
    countReleased(members.groupOf(member).counters, pool);
  }
  ports.retire(slot);
  intake.state.life.end(slot, Math.floor(intake.sample.bootMs / 1_000));
}

function tally(intake: Intake, slot: number, pool: Pool): void {
  const { ports, members } = intake.state;
  const member = ports.member[slot] as number;
  (members.ports[member * 2 + PROTOCOL[pool.protocol]] as number)++;
  (members.stuck[member] as number) += ports.stuck[slot] as number;
  pool.used++;
}

function countOpened(counters: Counters, pool: Pool): void {
  counters.opened[pool.protocol]++;
}

function countReleased(counters: Counters, pool: Pool): void {
  counters.released[pool.protocol]++;
}
