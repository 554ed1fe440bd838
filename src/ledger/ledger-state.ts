import { ClosedTuples, PendingConnections } from './connection-events.ts';
import { GroupTable } from './group-table.ts';
import { History } from './history.ts';
import { LifeLines } from './life-lines.ts';
import { LinkLocalTuples } from './link-local-tuples.ts';
import { MemberTable } from './member-table.ts';
import { OwnerTable } from './owner-table.ts';
import { PoolTable } from './pool-table.ts';
import { PortTable } from './port-table.ts';
import { RemoteMemory } from './remote-memory.ts';
import { NONE } from './slot.ts';
import { SocketMemory } from './socket-memory.ts';

export interface LedgerOptions {
  /** A port held for longer than this is stuck. */
  readonly stuckAfterMs: number;
  /** Owner groups that are counted under their own name, on the whole host. */
  readonly processLimit: number;
}

/** All memory between samples. */
export interface LedgerState {
  readonly options: LedgerOptions;
  readonly pools: PoolTable;
  readonly ports: PortTable;
  readonly life: LifeLines;
  readonly history: History;
  readonly sockets: SocketMemory;
  readonly owners: OwnerTable;
  readonly members: MemberTable;
  readonly groups: GroupTable;
  readonly remotes: RemoteMemory;
  readonly closed: ClosedTuples;
  readonly pending: PendingConnections;
  readonly linkLocal: LinkLocalTuples;
  /** Samples taken in. */
  generation: number;
  /** Unix ms of the first sample ever. */
  startMs: number;
  lostEvents: number;
}

export function createLedgerState(options: LedgerOptions): LedgerState {
  const pools = new PoolTable();
  const owners = new OwnerTable();
  const groups = new GroupTable();
  const life = new LifeLines();
  const ports: PortTable = new PortTable((slot) => {
    pools.pools[ports.pool[slot] as number]?.put(ports.port[slot] as number, NONE);
    life.clear(slot);
  });
  return {
    options,
    pools,
    ports,
    life,
    history: new History(),
    sockets: new SocketMemory(),
    owners,
    members: new MemberTable(owners, groups),
    groups,
    remotes: new RemoteMemory(),
    closed: new ClosedTuples(),
    pending: new PendingConnections(),
    linkLocal: new LinkLocalTuples(),
    generation: 0,
    startMs: 0,
    lostEvents: 0,
  };
}
