import { openBindProbe } from '../bind-probe.ts';
import { readSystemEvents } from '../events/event-log.ts';
import { openEventQueries } from '../events/wevtapi.ts';
import { type Koffi, loadKoffi } from '../load-koffi.ts';
import { openProcessCalls } from '../owners/process-calls.ts';
import { openServiceCalls } from '../owners/service-calls.ts';
import { ALL_PORTS } from '../sockets/windows-sockets.ts';
import { FIRST_BOUND_BUILD, openBoundTables } from '../tables/bound-tables.ts';
import { nativeBound, nativeTcp, nativeUdp } from '../tables/native-sockets.ts';
import { openSocketTables } from '../tables/socket-tables.ts';

/** What is tried in a process that can be spared, the riskiest last: a crash takes none of the answers before it. */
export const NATIVE_PARTS = ['tcp', 'udp', 'owners', 'probe', 'events', 'bound'] as const;
export type NativePart = (typeof NATIVE_PARTS)[number];

/** Why a part cannot be used; empty when it can. */
export type NativeReport = Readonly<Record<NativePart, string>>;

/** Calls every part once and tells of each by a line `part`, or `part reason`. */
export function probeNativeParts(boundLibrary: string, windowsBuild: number, tell: (line: string) => void): void {
  let koffi: Koffi | undefined;
  const parts: Readonly<Record<NativePart, (koffi: Koffi) => unknown>> = {
    tcp: (ffi) => nativeTcp(openSocketTables(ffi)).read(ALL_PORTS),
    udp: (ffi) => nativeUdp(openSocketTables(ffi)).read(ALL_PORTS),
    owners: (ffi) => [openProcessCalls(ffi).list(), openServiceCalls(ffi)()],
    probe: (ffi) => openBindProbe(ffi)(),
    events: (ffi) => readSystemEvents(openEventQueries(ffi)),
    bound: (ffi) => {
      if (windowsBuild < FIRST_BOUND_BUILD) throw new Error(`Windows build ${windowsBuild} is older than 17763`);
      return nativeBound(openBoundTables(ffi, boundLibrary)).read(ALL_PORTS);
    },
  };
  for (const part of NATIVE_PARTS) {
    try {
      koffi ??= loadKoffi();
      parts[part](koffi);
      tell(part);
    } catch (error) {
      tell(`${part} ${error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error)}`);
    }
  }
}

/** What the lines of {@link probeNativeParts} say; a part without a line died with the process. */
export function readNativeReport(output: string, ending: string): NativeReport {
  const reasons = new Map(
    output.split(/\r?\n/).map((line) => {
      const blank = line.indexOf(' ');
      return blank < 0 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)];
    }),
  );
  const reasonOf = (part: NativePart): string => reasons.get(part) ?? `the probe process gave no answer: ${ending}`;
  return {
    tcp: reasonOf('tcp'),
    udp: reasonOf('udp'),
    owners: reasonOf('owners'),
    probe: reasonOf('probe'),
    events: reasonOf('events'),
    bound: reasonOf('bound'),
  };
}

/** Build number of `os.release()`: `10.0.17763`. */
export function windowsBuildOf(release: string): number {
  return Number(/^\d+\.\d+\.(\d+)/.exec(release)?.[1] ?? 0);
}
