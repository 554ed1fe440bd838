import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import { ExporterError } from '../../errors.ts';
import { type BindProbeResult, probeBinds } from './bind-probe.ts';
import { chooseBoundSource } from './bound/choose-bound-source.ts';
import { type Libc, loadLibc } from './libc.ts';
import { identifyNamespace, type NamespaceIdentity } from './namespace-name.ts';
import { readNamespaceCookie } from './namespaces/namespace-cookie.ts';
import { openOtherNamespaces } from './namespaces/open-other-namespaces.ts';
import { NetlinkTables } from './netlink/netlink-tables.ts';
import { openSocketOwners } from './owners/open-socket-owners.ts';
import { openPortRange } from './port-range.ts';
import { LinuxReader } from './reader.ts';
import { ProcTables } from './sockets/proc-tables.ts';
import type { SocketTables } from './sockets/socket-tables.ts';
import { readTcpTwReuse } from './tcp-timing.ts';
import { AutoTrace } from './trace/auto-trace.ts';
import { cleanUpTrace, openSampleTrace } from './trace/sample-trace.ts';

export interface AssembledReader {
  readonly reader: LinuxReader;
  /** One line for the log when the reader runs with less than it could have; empty when not. */
  readonly notice: string;
}

/** The reader of this host, with the best source of each piece that can be had. */
export function assembleReader(settings: Settings, config: Config): AssembledReader {
  const { procfs, collectors, linuxBoundSource } = settings;
  const { libc, tables, notice } = openTables(procfs);
  const range = openPortRange(procfs);
  const namespace = withCookie(identifyNamespace(procfs), libc);
  // uptime() is CLOCK_BOOTTIME, which goes on while the host sleeps.
  const clock = { wallMs: Date.now, bootMs: () => uptime() * 1000 };
  // One that a killed exporter left goes on costing the host, also when this one was started without a trace.
  cleanUpTrace(procfs);
  const owners = openSocketOwners({ procRoot: procfs, clock, nameRules: config.processNames });
  const describe = (pid: number) => owners.describe(pid);
  const trace = openSampleTrace({ procRoot: procfs, describe, bootMs: clock.bootMs });
  const autoTrace = new AutoTrace(trace, clock.bootMs);
  const reader = new LinuxReader({
    clock,
    bootId: readBootId(procfs),
    namespace,
    collectors: { ...collectors, bound: collectors.bound && linuxBoundSource !== 'none' },
    readRanges: () => range.read(),
    readTcpTwReuse: () => readTcpTwReuse(procfs),
    tables: chooseBoundSource(tables, settings, libc, namespace.inode),
    ...(collectors.namespaces &&
      namespace.inode !== '' && { others: openOtherNamespaces({ settings, ours: namespace, libc, tables }) }),
    owners,
    ...(settings.linuxTrace !== 'off' && { trace: settings.linuxTrace === 'on' ? trace : autoTrace }),
    probeBinds: () => (libc === undefined ? NO_PROBE : probeBinds(libc)),
  });
  return { reader, notice };
}

const NO_PROBE: BindProbeResult = {
  probes: [],
  problems: [
    {
      piece: 'probe',
      code: 'EPH_PROBE_FAILED',
      message: 'no bind probe without koffi; its result is absent. Reinstall with npm ci on this host',
    },
  ],
};

interface OpenedTables {
  readonly libc: Libc | undefined;
  readonly tables: SocketTables;
  readonly notice: string;
}

function openTables(procfs: string): OpenedTables {
  let libc: Libc | undefined;
  try {
    libc = loadLibc();
    const tables = new NetlinkTables(libc);
    tables.check();
    return { libc, tables, notice: '' };
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    const notice = `${error.code}: ${error.message}; sockets are read from ${procfs}/net instead, which costs more and does not show bound-only ports`;
    return { libc, tables: new ProcTables(procfs), notice };
  }
}

function withCookie(namespace: NamespaceIdentity, libc: Libc | undefined): NamespaceIdentity {
  const identity = libc === undefined ? '' : readNamespaceCookie(libc);
  return identity === '' ? namespace : { ...namespace, identity };
}

function readBootId(procfs: string): string {
  try {
    return readFileSync(join(procfs, 'sys/kernel/random/boot_id'), 'latin1').trim();
  } catch {
    return '';
  }
}
