import { FAMILIES, type FamilyKey, type LabelOf } from '../../metrics/families.ts';

/** Dashboard variables that narrow a query; each is the label of the same name. */
export type ScopeVariable = 'job' | 'instance' | 'netns' | 'protocol' | 'process' | 'unit';

/** Matchers by label, operator included: `{ state: '="bound"' }`. They replace the variable of that label. */
export type Matchers<K extends FamilyKey> = Readonly<Partial<Record<LabelOf<K>, string>>>;

/** Writes the selector of a family. */
export type Selector = <K extends FamilyKey>(key: K, matchers?: Matchers<K>) => string;

/**
 * A selector whose series are narrowed by `variables`, as far as the family has the label; `job` and `instance` come from
 * the scrape, so every family has them.
 */
export function selectorOf(variables: readonly ScopeVariable[]): Selector {
  return (key, matchers) => {
    const labels: readonly string[] = ['job', 'instance', ...FAMILIES[key].labels];
    const given = (matchers ?? {}) as Readonly<Record<string, string | undefined>>;
    const scoped = variables.filter((name) => labels.includes(name) && given[name] === undefined);
    return FAMILIES[key].name + braces(scoped, given);
  };
}

/** The matchers of a recording or of a series that is not ours (`up`, `ALERTS`), in braces. */
export function braces(
  variables: readonly ScopeVariable[],
  matchers: Readonly<Record<string, string | undefined>> = {},
): string {
  const parts = variables.map((name) => `${name}=~"$${name}"`);
  for (const [label, matcher] of Object.entries(matchers)) if (matcher !== undefined) parts.push(label + matcher);
  return `{${parts.join(', ')}}`;
}
