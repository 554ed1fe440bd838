import type { Attributed } from '../model/attributed.ts';
import { REASON_OF_OWNER_CODE, UNATTRIBUTED_REASONS } from '../model/owner-code.ts';
import { PROTOCOL } from '../model/protocol.ts';
import type { UnattributedReport } from '../model/report.ts';
import type { Places } from './places.ts';
import type { Pool } from './pools.ts';

const REASON_COUNT = REASON_OF_OWNER_CODE.length;

/** Ports of each pool that no process could be found for, every reason present. */
export function unattributedPorts(
  { ports }: Attributed,
  { names, ofNamespace }: Places,
  pools: readonly Pool[],
): UnattributedReport[] {
  const counts = new Int32Array(names.length * 2 * REASON_COUNT);
  for (let row = 0; row < ports.length; row++) {
    const owner = ports.owner[row] as number;
    if (owner >= 0) continue;
    const place = ofNamespace[ports.netns[row] as number] as number;
    const at = (place * 2 + (ports.protocol[row] as number)) * REASON_COUNT - owner - 1;
    counts[at] = (counts[at] as number) + 1;
  }
  return pools.flatMap(({ place, name, protocol }) =>
    UNATTRIBUTED_REASONS.map((reason) => {
      const at = (place * 2 + PROTOCOL[protocol]) * REASON_COUNT + REASON_OF_OWNER_CODE.indexOf(reason);
      return { netns: name, protocol, reason, ports: counts[at] as number };
    }),
  );
}
