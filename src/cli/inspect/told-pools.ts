import type { PoolAnswer } from '../../http/api/status-schema.ts';

/** Pools of other namespaces that one screen has room for. */
const MOST_OTHERS = 6;

/** The pools of the first namespace, which is the exporter's own, and the fullest of the others, in the order they came. */
export function toldPools(pools: readonly PoolAnswer[], limit: number): readonly PoolAnswer[] {
  const others = pools.filter(({ netns }) => netns !== pools[0]?.netns);
  if (limit === 0 || others.length <= MOST_OTHERS) return pools;
  const fullest = new Set(others.toSorted((a, b) => shareOf(b) - shareOf(a)).slice(0, MOST_OTHERS));
  return pools.filter((pool) => pool.netns === pools[0]?.netns || fullest.has(pool));
}

function shareOf({ used, capacity }: PoolAnswer): number {
  return capacity === 0 ? 1 : used / capacity;
}
