import type { Piece } from '../model/problem.ts';

/** What a value counts or measures. */
export type FamilyUnit =
  | 'port number'
  | 'ports'
  | 'processes'
  | 'connections'
  | 'handles'
  | 'events'
  | 'sockets'
  | 'groups'
  | 'namespaces'
  | 'records'
  | 'series'
  | 'seconds'
  | 'unix time'
  | '0 or 1'
  | 'setting';

/**
 * What `collect[]` and `exclude[]` choose by: a piece of the sample, `protocol` where each series belongs to the piece of its
 * `protocol` or `state` label, or `exporter` for what is always served.
 */
export type FamilyCollector = Piece | 'protocol' | 'exporter';

/** One metric family: a row of the contract. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  /** One sentence, no quotes or backslashes. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly unit: FamilyUnit;
  readonly collector: FamilyCollector;
  readonly platform: 'all' | 'linux' | 'windows';
}

/** What the docs say of a family beside its help. */
export interface FamilyNote {
  /** How to read it: what is good, what is bad, what it does not say. Markdown. */
  readonly note: string;
  /** A PromQL query a person would type. */
  readonly query: string;
}
