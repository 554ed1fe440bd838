import type { Attributed } from '../model/attributed.ts';
import { capacityOf, type DynamicRange, excludedInRange, spanSize } from '../model/port-range.ts';
import type { Protocol } from '../model/protocol.ts';
import type { RangeReport } from '../model/report.ts';
import type { NamespaceRow } from '../model/sample.ts';

/** The ranges of one protocol in one namespace. */
export function rangesOf(namespace: NamespaceRow, protocol: Protocol): readonly DynamicRange[] {
  return namespace.ranges.filter((range) => range.protocol === protocol);
}

/** Ports that one protocol can be handed out in one namespace; undefined when its range is not known. */
export function capacityOfPool(ranges: readonly DynamicRange[]): number | undefined {
  const [first, ...rest] = ranges;
  if (first === undefined) return undefined;
  // On Linux both families share one range; the general way costs two passes over all port numbers.
  if (rest.every((range) => isSameRange(first, range))) return spanSize(first) - excludedInRange(first);
  return capacityOf(ranges);
}

/** The ranges of the namespaces that have a name of their own, with their sizes. */
export function rangeReports({ sample, netnsLabels }: Attributed): RangeReport[] {
  return sample.namespaces.flatMap((namespace, index) =>
    toldRanges(namespace, netnsLabels[index]).map((range) => ({
      netns: namespace.name,
      protocol: range.protocol,
      af: range.af,
      first: range.first,
      last: range.last,
      size: spanSize(range),
      excluded: excludedInRange(range),
    })),
  );
}

function toldRanges({ name, ranges, rangesAssumed }: NamespaceRow, label: string | undefined): readonly DynamicRange[] {
  return label === name && rangesAssumed !== true ? ranges : [];
}

function isSameRange(one: DynamicRange, other: DynamicRange): boolean {
  if (one.first !== other.first || one.last !== other.last) return false;
  if (one.excluded.length !== other.excluded.length) return false;
  return one.excluded.every((span, index) => {
    const twin = other.excluded[index];
    return twin !== undefined && twin.first === span.first && twin.last === span.last;
  });
}
