import { OWNER_CODE } from '../../../model/owner-code.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import type { SocketDump } from '../sockets/socket-dump.ts';
import type { OwnerResolution } from './owner-resolver.ts';

/** What can be said of owners without looking for them: TIME_WAIT and orphans have none, the others were not found. */
export function markUnsearchedOwners({ columns, inode }: SocketDump): OwnerResolution {
  for (let row = 0; row < columns.length; row++) {
    if (columns.state[row] === SOCKET_STATE.time_wait) columns.process[row] = OWNER_CODE.timeWait;
    else columns.process[row] = inode[row] === 0 ? OWNER_CODE.kernel : OWNER_CODE.gone;
  }
  return { processes: [], sharedSockets: 0, problems: [] };
}
