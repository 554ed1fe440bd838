/** What `collect[]` and `exclude[]` ask for, or why the request is refused. */
export type CollectorSelection =
  | { readonly ok: true; readonly collect: readonly string[]; readonly exclude: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Reads the selection as node_exporter does: both at once, unknown and disabled collectors are refused. */
export function selectCollectors(
  query: URLSearchParams,
  collectors: Readonly<Record<string, boolean>>,
): CollectorSelection {
  const collect = [...new Set(query.getAll('collect[]'))];
  const exclude = [...new Set(query.getAll('exclude[]'))];
  if (collect.length > 0 && exclude.length > 0) {
    return { ok: false, reason: 'collect[] and exclude[] cannot be used together' };
  }
  for (const name of [...collect, ...exclude]) {
    const known = Object.hasOwn(collectors, name);
    if (!known || (collectors[name] !== true && collect.includes(name))) {
      const enabled = Object.keys(collectors).filter((candidate) => collectors[candidate] === true);
      const what = known ? 'disabled' : 'unknown';
      return {
        ok: false,
        reason: `${what} collector ${JSON.stringify(name.slice(0, 100))}; enabled: ${enabled.join(', ')}`,
      };
    }
  }
  return { ok: true, collect, exclude };
}
