import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import { ExporterError } from '../../errors.ts';
import type { PieceSource } from '../../model/problem.ts';
import { createBackground } from './background.ts';
import { openBindProbe } from './bind-probe.ts';
import { type ChosenSources, chooseSources } from './choose-sources.ts';
import { chosenSockets } from './chosen-sockets.ts';
import { readCimSockets } from './commands/cim-queries.ts';
import { type CimSession, createCimSession } from './commands/cim-session.ts';
import { readNetstat } from './commands/netstat-reading.ts';
import { startPowerShell } from './commands/power-shell.ts';
import { type AuditSource, openAuditSource } from './events/audit-source.ts';
import { createEventCounter } from './events/event-counter.ts';
import { type EventSource, nativeEvents, wevtutilEvents } from './events/event-source.ts';
import { openEventQueries } from './events/wevtapi.ts';
import { loadKoffi } from './load-koffi.ts';
import { nativeOwners, type OwnerSource, readCimOwnerTable, readTasklistOwners } from './owner-source.ts';
import { createOwnerBook } from './owners/owner-book.ts';
import { openProcessCalls } from './owners/process-calls.ts';
import { nameProcess } from './owners/process-name.ts';
import { openServiceCalls } from './owners/service-calls.ts';
import { runProbe } from './probe/run-probe.ts';
import { createRangeReader } from './range/range-reader.ts';
import { openTimeWaitSetting } from './range/registry-value.ts';
import { createWindowsReader, type WindowsReader } from './reader.ts';
import { probeProgram } from './reader-program.ts';
import type { WindowsReaderData } from './reader-protocol.ts';
import { type RunCommand, runCommand } from './run-command.ts';
import { createKeptSockets } from './sockets/kept-sockets.ts';

const CIM_TIMEOUT_MS = 20_000;
const CIM_INTERVAL_MS = 30_000;
const TASKLIST_INTERVAL_MS = 60_000;
const EVENTS_INTERVAL_MS = 60_000;

export interface AssembledReader {
  readonly reader: WindowsReader;
  /** One line for the log when the reader runs with less than it could have; empty when not. */
  readonly notice: string;
  close(): void;
}

/**
 * The reader of this host, with the best source of each piece that can be had.
 * @throws ExporterError EPH_SOURCE_UNAVAILABLE when nothing shows the TCP table.
 */
export async function assembleReader(data: WindowsReaderData, run: RunCommand = runCommand): Promise<AssembledReader> {
  const nowMs = (): number => performance.now();
  const { settings, config, choice, boundLibrary } = data;
  const session = createCimSession({ start: startPowerShell(), timeoutMs: CIM_TIMEOUT_MS, nowMs });
  const chosen = await chooseSources(choice, {
    native: await runProbe(probeProgram(), boundLibrary),
    cim: () => reasonAgainst(() => readCimSockets(session)),
    netstat: () => reasonAgainst(() => readNetstat(run)),
  });
  const sockets = chosenSockets(chosen, { session, run, nowMs, boundLibrary });
  const owners = openOwners(chosen, session, run, nowMs);
  const events = openEvents(chosen, run);
  const audit = openAuditSource(settings.windowsAudit, () => openEventQueries(loadKoffi()));
  const counter = createEventCounter();
  const pollEvents = createBackground({
    fetch: async () => counter.accept(await events.read()),
    intervalMs: EVENTS_INTERVAL_MS,
    nowMs,
  });
  const reader = createWindowsReader({
    // GetTickCount64, which goes on while the host sleeps.
    clock: { wallMs: Date.now, bootMs: () => uptime() * 1_000 },
    nowMs,
    collectors: settings.collectors,
    owners,
    ranges: createRangeReader({ run, nowMs }),
    sockets: {
      tcp: createKeptSockets(sockets.tcp, nowMs),
      udp: createKeptSockets(sockets.udp, nowMs),
      ...(sockets.bound === undefined ? {} : { bound: createKeptSockets(sockets.bound, nowMs) }),
    },
    book: createOwnerBook((image, executable) => nameProcess(image, executable, config.processNames)),
    audit: () => audit.read(),
    probe: chosen.probe === 'ffi' ? openBindProbe(loadKoffi()) : undefined,
    events: async () => {
      await pollEvents();
      return counter.take();
    },
    timeWaitSeconds: chosen.probe === 'ffi' ? openTimeWaitSetting(loadKoffi()) : () => 0,
    listenPorts: settings.listenAddresses.map((address) => Number(/:(\d+)$/.exec(address)?.[1] ?? 0)),
    sources: describeSources(
      chosen,
      [sockets.tcp.name, sockets.bound?.name ?? 'none', sockets.udp.name],
      owners,
      events,
      audit,
    ),
    problems: settings.collectors.bound ? chosen.problems : [],
  });
  return { reader, notice: [...chosen.notes, audit.note].filter(Boolean).join('; '), close: () => session.close() };
}

function openOwners(chosen: ChosenSources, session: CimSession, run: RunCommand, nowMs: () => number): OwnerSource {
  if (chosen.owners === 'ffi') {
    const koffi = loadKoffi();
    return nativeOwners(openProcessCalls(koffi), openServiceCalls(koffi));
  }
  const isCim = chosen.owners === 'cim';
  const read = createBackground({
    fetch: () => (isCim ? readCimOwnerTable(session) : readTasklistOwners(run)),
    intervalMs: isCim ? CIM_INTERVAL_MS : TASKLIST_INTERVAL_MS,
    nowMs,
  });
  return { name: chosen.owners, read };
}

function openEvents(chosen: ChosenSources, run: RunCommand): EventSource {
  return chosen.events === 'ffi' ? nativeEvents(openEventQueries(loadKoffi())) : wevtutilEvents(run);
}

async function reasonAgainst(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return '';
  } catch (error) {
    if (error instanceof ExporterError) return error.message;
    throw error;
  }
}

function describeSources(
  chosen: ChosenSources,
  [tcp, bound, udp]: readonly [string, string, string],
  owners: OwnerSource,
  events: EventSource,
  audit: AuditSource,
): readonly PieceSource[] {
  return [
    { piece: 'range', source: 'netsh' },
    { piece: 'tcp', source: tcp },
    { piece: 'bound', source: bound },
    { piece: 'udp', source: udp },
    { piece: 'owners', source: owners.name },
    { piece: 'probe', source: chosen.probe === 'ffi' ? 'winsock' : 'none' },
    { piece: 'trace', source: audit.name },
    { piece: 'events', source: events.name },
    { piece: 'scope', source: 'host' },
  ];
}
