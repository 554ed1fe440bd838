import { PIECES, type Piece } from '../model/problem.ts';
import type { FamilyCollector } from './family.ts';
import type { MetricSeries, MetricSnapshot } from './snapshot.ts';

/** Names of pieces that `collect[]` and `exclude[]` of a scrape ask for; at most one of them is not empty. */
export interface CollectorFilter {
  readonly collect: readonly string[];
  readonly exclude: readonly string[];
}

export function isCollector(name: string): name is Piece {
  return (PIECES as readonly string[]).includes(name);
}

/** The series that belong to the asked collectors; those about the exporter itself are always there. */
export function filterCollectors(snapshot: MetricSnapshot, { collect, exclude }: CollectorFilter): MetricSnapshot {
  if (collect.length === 0 && exclude.length === 0) return snapshot;
  const wanted = new Set(
    PIECES.filter((piece) => (collect.length > 0 ? collect.includes(piece) : !exclude.includes(piece))),
  );
  return snapshot.flatMap((family) => {
    const series = family.series.filter((one) => {
      const collector = collectorOf(family.family.collector, one);
      return collector === 'exporter' || wanted.has(collector);
    });
    return series.length === 0 ? [] : [{ ...family, series }];
  });
}

function collectorOf(collector: FamilyCollector, { labels }: MetricSeries): Piece | 'exporter' {
  if (collector === 'exporter') {
    // How a collector went is told for the asked ones only.
    const named = labels['collector'];
    return named !== undefined && isCollector(named) ? named : 'exporter';
  }
  if (collector !== 'protocol') return collector;
  if (labels['state'] === 'bound') return 'bound';
  return labels['protocol'] === 'udp' ? 'udp' : 'tcp';
}
