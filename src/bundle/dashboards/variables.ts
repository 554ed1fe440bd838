import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { FamilyKey } from '../../metrics/families.ts';
import { DATASOURCE } from './fill-panel.ts';
import { type ScopeVariable, selectorOf } from './selector.ts';

/** How a variable is asked for. */
export interface VariableSpec {
  readonly name: ScopeVariable;
  readonly label: string;
  /** Family whose label values are offered. */
  readonly from: FamilyKey;
  /** Variables chosen before this one; they narrow the offer. */
  readonly after: readonly ScopeVariable[];
  /** Chosen at first: `all`, or a value where it exists, else the first one offered. */
  readonly first: 'all' | (string & {});
  /** Series without the label count for "all" too: many programs have no unit. */
  readonly mayBeEmpty?: boolean;
  /** Offers the value with the largest sum of `from` first, and so chooses it. */
  readonly largestFirst?: boolean;
}

/** The data source, then the variables in order. All allow several values: then Grafana escapes them for a pattern. */
export function variables(specs: readonly VariableSpec[]): VariableModel[] {
  const datasource = new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').build();
  return [{ ...datasource, refresh: VariableRefresh.OnDashboardLoad }, ...specs.map(queryVariable)];
}

function queryVariable(spec: VariableSpec): VariableModel {
  const series = selectorOf(spec.after)(spec.from);
  const query =
    spec.largestFirst === true
      ? `query_result(sort_desc(sum by (${spec.name}) (${series})))`
      : `label_values(${series}, ${spec.name})`;
  const all = spec.first === 'all';
  const builder = new QueryVariableBuilder(spec.name)
    .label(spec.label)
    .query({ query, refId: spec.name })
    .definition(query)
    .datasource(DATASOURCE)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(spec.largestFirst === true ? VariableSort.Disabled : VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(all)
    .allValue(spec.mayBeEmpty === true ? '.*' : '.+');
  if (spec.largestFirst === true) builder.regex(`/${spec.name}="([^"]+)"/`);
  if (all) builder.current({ selected: true, text: ['All'], value: ['$__all'] });
  else if (spec.first !== '') builder.current({ selected: true, text: [spec.first], value: [spec.first] });
  return builder.build();
}

export const JOB: VariableSpec = { name: 'job', label: 'Job', from: 'capacity', after: [], first: 'all' };
export const ALL_INSTANCES: VariableSpec = {
  name: 'instance',
  label: 'Instance',
  from: 'capacity',
  after: ['job'],
  first: 'all',
};
export const ONE_INSTANCE: VariableSpec = { ...ALL_INSTANCES, first: '' };
export const ALL_NAMESPACES: VariableSpec = {
  name: 'netns',
  label: 'Network namespace',
  from: 'capacity',
  after: ['job', 'instance'],
  first: 'all',
};
export const ONE_NAMESPACE: VariableSpec = { ...ALL_NAMESPACES, first: 'host' };
export const ALL_PROTOCOLS: VariableSpec = {
  name: 'protocol',
  label: 'Protocol',
  from: 'capacity',
  after: ['job', 'instance', 'netns'],
  first: 'all',
};
export const ONE_PROTOCOL: VariableSpec = { ...ALL_PROTOCOLS, first: 'tcp' };
export const ONE_PROCESS: VariableSpec = {
  name: 'process',
  label: 'Process',
  from: 'process_stuck_ports',
  after: ['job', 'instance', 'netns'],
  first: '',
  largestFirst: true,
};
export const ALL_UNITS: VariableSpec = {
  name: 'unit',
  label: 'Service or unit',
  from: 'process_stuck_ports',
  after: ['job', 'instance', 'netns', 'process'],
  first: 'all',
  mayBeEmpty: true,
};
