import type {
  DashboardLink,
  DataTransformerConfig,
  DynamicConfigValue,
  Panel,
  ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** How to read a panel: what it shows, what good and bad look like, and where to click next. */
export interface Reading {
  readonly shows: string;
  readonly good: string;
  readonly bad: string;
  readonly next: string;
}

export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

/** A level from which on a colour holds; the first has no `from`. */
export interface Step {
  readonly from: number | null;
  readonly color: string;
}

/** Overrides for the fields whose displayed name matches exactly (`name`) or as a pattern (`pattern`, slashes included). */
export interface FieldOverride {
  readonly name?: string;
  readonly pattern?: string;
  readonly properties: readonly DynamicConfigValue[];
}

/** A link from a value to where it is explained. */
export interface FieldLink {
  readonly title: string;
  readonly url: string;
}

export interface PanelSpec {
  readonly title: string;
  readonly reading: Reading;
  /** Grid columns (of 24) and rows (of 30 px). */
  readonly width: number;
  readonly height: number;
  /** Grafana's id of the unit. */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly steps?: readonly Step[];
  readonly mappings?: readonly ValueMapping[];
  readonly overrides?: readonly FieldOverride[];
  readonly noValue?: string;
  readonly links?: readonly FieldLink[];
  readonly transformations?: readonly DataTransformerConfig[];
}

/** A row of the dashboard and its panels; open panels have no row. */
export interface Section {
  readonly row?: string;
  readonly panels: readonly Panel[];
}

export function describe(reading: Reading): string {
  return `${reading.shows}\n\n**Good:** ${reading.good}\n\n**Bad:** ${reading.bad}\n\n**Next:** ${reading.next}`;
}

/** The form a link of a field has in the JSON; the SDK knows only the links of dashboards. */
export function fieldLinks(links: readonly FieldLink[]): DashboardLink[] {
  return links.map(({ title, url }) => ({ title, url, targetBlank: false })) as unknown as DashboardLink[];
}
