import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { nameProcess } from '../owners/process-name.ts';
import type { ProcessTable } from '../owners/process-table.ts';
import { ALL_PORTS, type WindowsSockets } from '../sockets/windows-sockets.ts';
import { nativeTcp } from '../tables/native-sockets.ts';
import type { SocketTableCalls } from '../tables/socket-tables.ts';

/** Who listens on a TCP port, as `nginx (pid 12)`; empty when nobody does. @throws ExporterError */
export function findListener(port: number, tables: SocketTableCalls, processes: () => ProcessTable): string {
  const { columns, pid } = nativeTcp(tables).read(ALL_PORTS) as WindowsSockets;
  for (let row = 0; row < columns.length; row++) {
    if (columns.localPort[row] !== port || columns.state[row] !== SOCKET_STATE.listen) continue;
    const owner = pid[row] as number;
    return `${nameProcess(processes().get(owner)?.image ?? '', '', [])} (pid ${owner})`;
  }
  return '';
}
