import type { RecordingName } from '../recording-names.ts';
import type { NumberName } from './text-numbers.ts';

/** A recording rule. */
export interface Recording {
  readonly record: RecordingName | InnerRecordingName;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What it is for and why it is written so, one or two sentences. */
  readonly why: string;
}

/** Recordings that only other rules read. */
export type InnerRecordingName =
  | 'instance:ephemeral_port_held:ports'
  | 'instance:ephemeral_port_load:ports'
  | 'instance:ephemeral_port_history:ready'
  | 'instance:ephemeral_port_lock:seconds'
  | 'instance:ephemeral_port_slope:seconds'
  | 'instance:ephemeral_port_slope:lasting_seconds'
  | 'process:ephemeral_port_class_ports:min2h'
  | 'process:ephemeral_port_class_ports:pace'
  | 'process:ephemeral_port_stuck_ports:steady'
  | 'process:ephemeral_port_stuck_ports:level'
  | 'process:ephemeral_port_stuck_ports:novel'
  | 'process:ephemeral_port_stuck_ports:let_go1h'
  | 'process:ephemeral_port_stuck_ports:max2h'
  | 'process:ephemeral_port_stuck_ports:min2h'
  | 'process:ephemeral_port_largest_stuck_ports:max2h'
  | 'process:ephemeral_port_largest_stuck_ports:min2h'
  | 'process:ephemeral_port_link_local_stuck_ports:sum'
  | 'process:ephemeral_port_link_local_stuck_ports:mixed'
  | 'process:ephemeral_port_members:several'
  | 'process:ephemeral_port_start:young'
  | 'process:ephemeral_port_leak:proven_ports'
  | 'process:ephemeral_port_leak:ended';

export type Severity = 'info' | 'warning' | 'critical';

/** What inhibition and routing go by. */
export type AlertClass =
  | 'leak'
  | 'linklocal'
  | 'forecast'
  | 'near'
  | 'exhausted'
  | 'event'
  | 'timewait'
  | 'change'
  | 'released'
  | 'blind'
  | 'down';

/** What an alert speaks of; decides which labels its text may use. */
export type AlertSubject = 'owner' | 'pool' | 'host' | 'fleet';

export interface Threshold {
  readonly value: string;
  readonly reason: string;
}

export interface Alert {
  readonly alert: string;
  /** Stable for ever, at most 40 characters: identity of the Grafana-managed twin. */
  readonly uid: string;
  readonly severity: Severity;
  readonly class: AlertClass;
  readonly subject: AlertSubject;
  /** Only the offenders; its value is what `{value}` of the text shows. */
  readonly expr: string;
  readonly for: string;
  readonly keepFiringFor?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** No values: a pager shows it cut short. */
  readonly summary: string;
  /** `{value}`, `{label:NAME}` and `{NumberName}` are filled in. */
  readonly description: string;
  readonly valueFormat: ValueFormat;
  readonly numbers: readonly NumberName[];
  readonly thresholds: readonly Threshold[];
  /** When the twin compares a number itself: its query, and the comparison that fires. */
  readonly reduced?: { readonly expr: string; readonly op: 'lt' | 'gt'; readonly limit: number };
  readonly dashboard: 'epx-leak' | 'epx-host' | 'epx-fleet';
}

export type ValueFormat = 'integer' | 'decimal' | 'percent' | 'duration' | 'none';

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (Recording | Alert)[];
}

export function isAlert(rule: Recording | Alert): rule is Alert {
  return 'alert' in rule;
}
