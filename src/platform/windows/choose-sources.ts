import { ExporterError } from '../../errors.ts';
import type { Problem } from '../../model/problem.ts';
import type { NativeReport } from './probe/native-probe.ts';

/** `--windows.source`: one way for everything, or the best of each piece. */
export type WindowsSourceChoice = 'auto' | 'ffi' | 'cim' | 'netstat';

export type SocketWay = 'ffi' | 'cim' | 'netstat';

/** The way each piece is read. */
export interface ChosenSources {
  readonly tcp: SocketWay;
  readonly udp: SocketWay;
  readonly bound: SocketWay | 'none';
  readonly owners: 'ffi' | 'cim' | 'tasklist';
  readonly probe: 'ffi' | 'none';
  readonly events: 'ffi' | 'wevtutil';
  /** Why not the best; said once in the log. */
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
}

/** The ways that could be had. Text ways are tried only when they are needed, for each takes seconds. */
export interface AvailableWays {
  readonly native: NativeReport;
  /** Why the way cannot be used; empty when it can. */
  readonly cim: () => Promise<string>;
  readonly netstat: () => Promise<string>;
}

/**
 * Chooses per piece: the native call, else CIM, else netstat; or only the one that was asked for.
 * @throws ExporterError EPH_SOURCE_UNAVAILABLE when nothing shows the TCP table.
 */
export async function chooseSources(choice: WindowsSourceChoice, ways: AvailableWays): Promise<ChosenSources> {
  const notes: string[] = [];
  const cim = once(ways.cim);
  const netstat = once(ways.netstat);
  const reasonAgainst = (way: SocketWay, piece: 'tcp' | 'udp' | 'bound'): Promise<string> =>
    way === 'ffi' ? Promise.resolve(ways.native[piece]) : way === 'cim' ? cim() : netstat();
  const allowed: readonly SocketWay[] = choice === 'auto' ? ['ffi', 'cim', 'netstat'] : [choice];
  const choose = async (piece: 'tcp' | 'udp' | 'bound'): Promise<SocketWay | undefined> => {
    for (const way of allowed) {
      const reason = await reasonAgainst(way, piece);
      if (reason === '') return way;
      notes.push(`${piece} not by ${way}: ${reason}`);
    }
    return undefined;
  };

  const tcp = await choose('tcp');
  if (tcp === undefined) {
    throw new ExporterError('EPH_SOURCE_UNAVAILABLE', `no way to read the TCP table: ${notes.join('; ')}`);
  }
  const bound = (await choose('bound')) ?? 'none';
  const udp = (await choose('udp')) ?? tcp;
  const wantsNative = choice === 'auto' || choice === 'ffi';
  const nativeOwners = wantsNative && ways.native.owners === '';
  if (wantsNative && !nativeOwners) notes.push(`owners not by ffi: ${ways.native.owners}`);
  const usesCim = choice !== 'netstat' && [tcp, udp, bound].includes('cim');
  return {
    tcp,
    udp,
    bound,
    owners: nativeOwners ? 'ffi' : usesCim ? 'cim' : 'tasklist',
    // The probe has no other way, and costs nothing: it is used whatever shows the tables.
    probe: ways.native.probe === '' ? 'ffi' : 'none',
    events: wantsNative && ways.native.events === '' ? 'ffi' : 'wevtutil',
    notes: [...new Set(notes)],
    problems: bound === 'none' ? [boundInvisible(notes)] : [],
  };
}

function boundInvisible(notes: readonly string[]): Problem {
  const reasons = notes.filter((note) => note.startsWith('bound ')).join('; ');
  return {
    piece: 'bound',
    code: 'EPH_BOUND_INVISIBLE',
    message: `bound ports are absent, used is a lower bound: ${reasons}`,
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
