import type { Attributed } from '../model/attributed.ts';

/** Where ports are counted: the namespaces that have a name of their own, and one place for all others. */
export interface Places {
  readonly names: readonly string[];
  /** Index into `names` of each of `Sample.namespaces`. */
  readonly ofNamespace: Uint16Array;
}

/** The places of a sample. */
export function placesOf({ netnsLabels }: Pick<Attributed, 'netnsLabels'>): Places {
  const names = [...new Set(netnsLabels)];
  const indexes = new Map(names.map((name, index) => [name, index]));
  return { names, ofNamespace: Uint16Array.from(netnsLabels, (label) => indexes.get(label) ?? 0) };
}
