import type { FamilyKey } from './families.ts';
import { countSeries, type MetricSeries, type MetricSnapshot } from './snapshot.ts';

/** Series one answer holds at most, where that can be had without loss of what alerts and sums need. */
export const SERIES_LIMIT = 2_000;
const DEFAULT_PROCESS_LIMIT = 50;

/** {@link SERIES_LIMIT}, more of it in proportion for an operator who asks for more names. */
export function seriesLimit(processLimit: number): number {
  return Math.round(SERIES_LIMIT * Math.max(1, processLimit / DEFAULT_PROCESS_LIMIT));
}

type Keep = (series: MetricSeries) => boolean;

const nothing: Keep = () => false;
const notZero: Keep = ({ value }) => value !== 0;
const ofHost: Keep = ({ labels }) => labels['netns'] === 'host' || labels['netns'] === 'self';
const ofNamed: Keep = ({ labels }) => labels['process']?.startsWith('(') === false;

/**
 * What goes first when there are too many: zeroes that no alert asks increase() of, then detail, then what belongs to no
 * named owner; the ranges of other namespaces are stood for by their capacity. Sums of ports over states and owners stay true.
 */
const STEPS: readonly (readonly [FamilyKey, Keep])[] = [
  ['link_local_connections', notZero],
  ['link_local_opened_total', notZero],
  ['exporter_unattributed_ports', notZero],
  ['process_ports', (series) => series.labels['protocol'] === 'tcp' || notZero(series)],
  ['process_opened_total', ofNamed],
  ['process_released_total', ofNamed],
  ['process_handles', nothing],
  ['destination_used', ofHost],
  ['process_ports', (series) => series.labels['state'] === 'bound' || notZero(series)],
  ['range_excluded', ofHost],
  ['range_first', ofHost],
  ['range_last', ofHost],
  ['range_size', ofHost],
  ['process_opened_total', notZero],
  ['process_released_total', notZero],
  ['process_ports', notZero],
  ['state_ports', notZero],
  ['link_local_opened_total', nothing],
  ['link_local_connections', nothing],
  ['process_executable_change_time_seconds', nothing],
  ['process_members', nothing],
  ['process_stuck_remote_ports', ofNamed],
  ['process_stuck_released_total', ofNamed],
  ['process_stuck_total', ofNamed],
  ['process_largest_stuck_ports', ofNamed],
  ['process_oldest_held_timestamp_seconds', ofNamed],
  ['exporter_unattributed_ports', ofHost],
];

/** The snapshot cut to the limit, step by step, and how many series that cost. */
export function shedSeries(snapshot: MetricSnapshot, limit: number): { snapshot: MetricSnapshot; dropped: number } {
  const before = countSeries(snapshot);
  let left = before;
  let kept = snapshot;
  for (const [key, keep] of STEPS) {
    if (left <= limit) break;
    kept = kept.flatMap((family) => {
      if (family.key !== key) return [family];
      const series = family.series.filter(keep);
      return series.length === 0 ? [] : [{ ...family, series }];
    });
    left = countSeries(kept);
  }
  return { snapshot: kept, dropped: before - left };
}
