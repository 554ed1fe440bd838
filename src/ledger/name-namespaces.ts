import { FOLDED_NETNS } from '../model/attributed.ts';
import type { LedgerState } from './ledger-state.ts';
import { NAMED_NAMESPACES, type Namespace } from './pool.ts';
import { NONE } from './slot.ts';

/** What a folded namespace must use more than a named one to take its place: a quarter, and as many ports as an owner earns its name by. */
const LEAD = 1.25;
const LEAD_PORTS = 10;

/**
 * Gives the namespaces that use most of their range a name of their own and folds the rest; ours and the host's keep theirs.
 * Runs after the events of a sample were credited: a new name starts at 0 with the ports it has.
 */
export function nameNamespaces({ pools, members, generation }: LedgerState): void {
  const present = pools.namespaces.filter(({ index }) => index !== NONE);
  // In the first sample who came first has no right to its name yet.
  const keepsLead = generation > 1;
  const scores = new Map(present.map((namespace) => [namespace, scoreOf(namespace, keepsLead)]));
  const order = [...present].sort((a, b) => (scores.get(b) as number) - (scores.get(a) as number));
  for (const [place, namespace] of order.entries()) {
    const label = place < NAMED_NAMESPACES ? namespace.name : FOLDED_NETNS;
    if (label === namespace.label) continue;
    namespace.label = label;
    members.followLabel(namespace);
  }
}

function scoreOf({ index, name, label, pools }: Namespace, keepsLead: boolean): number {
  if (index === 0 || name === 'host') return Number.POSITIVE_INFINITY;
  const hasLead = keepsLead && label === name;
  const weigh = (used: number): number => (hasLead ? used * LEAD + LEAD_PORTS : used);
  return Math.max(...pools.map(({ used, size }) => (size === 0 ? 0 : weigh(used) / size)));
}
