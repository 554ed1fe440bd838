import { createBackground } from './background.ts';
import type { ChosenSources, SocketWay } from './choose-sources.ts';
import { readCimBound, readCimSockets } from './commands/cim-queries.ts';
import type { CimSession } from './commands/cim-session.ts';
import { readNetstat } from './commands/netstat-reading.ts';
import { loadKoffi } from './load-koffi.ts';
import type { RunCommand } from './run-command.ts';
import { pieceOf, type SocketPiece, type SocketSource } from './sockets/socket-source.ts';
import type { WindowsSockets } from './sockets/windows-sockets.ts';
import { openBoundTables } from './tables/bound-tables.ts';
import { nativeBound, nativeTcp, nativeUdp } from './tables/native-sockets.ts';
import { openSocketTables } from './tables/socket-tables.ts';

/** A query of a large table keeps WmiPrvSE or netstat busy for seconds: it is not repeated as often as samples are taken. */
const INTERVAL_MS = { cim: 30_000, netstat: 60_000 } as const;

export interface SocketMeans {
  readonly session: CimSession;
  readonly run: RunCommand;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
  readonly boundLibrary: string;
}

export interface ChosenSockets {
  readonly tcp: SocketSource;
  readonly udp: SocketSource;
  readonly bound: SocketSource | undefined;
}

/** Opens the chosen ways; pieces that come from the same text source share its readings. */
export function chosenSockets(
  chosen: ChosenSources,
  { session, run, nowMs, boundLibrary }: SocketMeans,
): ChosenSockets {
  const background = (way: 'cim' | 'netstat', fetch: () => Promise<WindowsSockets>) =>
    createBackground({ fetch, intervalMs: INTERVAL_MS[way], nowMs });
  // Bound-only sockets are few among the rows of a host whose other tables are read natively: CIM is asked for them alone.
  const isCimForBoundOnly = chosen.tcp !== 'cim' && chosen.udp !== 'cim';
  const readAll = {
    cim: background('cim', () => (isCimForBoundOnly ? readCimBound(session) : readCimSockets(session))),
    netstat: background('netstat', () => readNetstat(run)),
  };
  const open = (piece: SocketPiece, way: SocketWay): SocketSource =>
    way === 'ffi' ? openNative(piece, boundLibrary) : pieceOf(piece, way, readAll[way]);
  return {
    tcp: open('tcp', chosen.tcp),
    udp: open('udp', chosen.udp),
    bound: chosen.bound === 'none' ? undefined : open('bound', chosen.bound),
  };
}

function openNative(piece: SocketPiece, boundLibrary: string): SocketSource {
  const koffi = loadKoffi();
  if (piece === 'bound') return nativeBound(openBoundTables(koffi, boundLibrary));
  const calls = openSocketTables(koffi);
  return piece === 'tcp' ? nativeTcp(calls) : nativeUdp(calls);
}
