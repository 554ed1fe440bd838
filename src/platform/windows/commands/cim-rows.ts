import { ExporterError } from '../../../errors.ts';
import { PROTOCOL } from '../../../model/protocol.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import type { ListedProcess } from '../owners/process-table.ts';
import { type HostedService, looksLikeUserInstance } from '../owners/service-unit.ts';
import { createWindowsSockets, NO_PID, type WindowsSockets } from '../sockets/windows-sockets.ts';
import { STATE_OF_MIB } from '../tables/tcp-state.ts';
import { appendTextRow, endpointOf } from './text-rows.ts';

/** .NET ticks (100 ns since year 1) of the Unix epoch, as ms. */
const UNIX_EPOCH_TICKS_MS = 62_135_596_800_000;

/** Sockets of `local address|port|remote address|port|state number|pid` lines; a missing pid stays unknown. */
export function socketsOfCimTcp(lines: readonly string[]): WindowsSockets {
  const sockets = createWindowsSockets(lines.length);
  for (const line of lines) {
    const [local, localPort, remote, remotePort, state, pid] = fieldsOf(line, 6);
    const number = numberOf(state, line);
    const row = {
      protocol: PROTOCOL.tcp,
      local: endpointOf(local, localPort),
      remote: endpointOf(remote, remotePort),
      pid: pid === '' ? NO_PID : numberOf(pid, line),
    };
    const known = STATE_OF_MIB[Math.min(number, 255)] as number;
    if (known === 0) sockets.unknownStates++;
    const hasPeer = known !== SOCKET_STATE.listen && known !== SOCKET_STATE.bound;
    const peer = hasPeer ? row : { ...row, remote: undefined };
    appendTextRow(sockets, peer, known === 0 ? SOCKET_STATE.closing : known);
  }
  return sockets;
}

/** Sockets of `local address|port|pid` lines. */
export function socketsOfCimUdp(lines: readonly string[]): WindowsSockets {
  const sockets = createWindowsSockets(lines.length);
  for (const line of lines) {
    const [local, localPort, pid] = fieldsOf(line, 3);
    const row = {
      protocol: PROTOCOL.udp,
      local: endpointOf(local, localPort),
      remote: undefined,
      pid: pid === '' ? NO_PID : numberOf(pid, line),
    };
    appendTextRow(sockets, row, SOCKET_STATE.unconnected);
  }
  return sockets;
}

/** A listed process with the path that CIM tells where rights allow. */
export interface CimProcess extends ListedProcess {
  readonly path: string;
}

/** Processes of `pid|ticks of the start in UTC|handles|image|path` lines; ticks, handles and path may be empty. */
export function processesOfCim(lines: readonly string[]): CimProcess[] {
  return lines.map((line) => {
    const [pid, ticks, handles, image, path] = fieldsOf(line, 5);
    return {
      pid: numberOf(pid, line),
      startMs: ticks === '' ? 0 : Math.max(0, Math.floor(numberOf(ticks, line) / 10_000) - UNIX_EPOCH_TICKS_MS),
      image,
      handles: handles === '' ? -1 : numberOf(handles, line),
      path,
    };
  });
}

/** Services of `pid|name` lines. */
export function servicesOfCim(lines: readonly string[]): HostedService[] {
  return lines.map((line) => {
    const [pid, name] = fieldsOf(line, 2);
    return { pid: numberOf(pid, line), name, isUserInstance: looksLikeUserInstance(name) };
  });
}

type Fields<N extends number, T extends string[] = []> = T['length'] extends N ? T : Fields<N, [...T, string]>;

/** The only place where a count of fields becomes a type. */
function fieldsOf<N extends number>(line: string, count: N): Fields<N> {
  const fields = line.split('|');
  if (fields.length !== count) throw unreadable(line);
  return fields as Fields<N>;
}

function numberOf(text: string, line: string): number {
  if (!/^\d{1,19}$/.test(text)) throw unreadable(line);
  return Number(text);
}

function unreadable(line: string): ExporterError {
  return new ExporterError('EPH_WINDOWS_OUTPUT', `CIM: cannot read the row ${JSON.stringify(line.slice(0, 120))}`);
}
