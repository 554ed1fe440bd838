import { leakExpressions } from './expressions.ts';
import { column } from './overrides.ts';
import { barGauge, table } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { SHARE_STEPS } from './steps.ts';
import { joined } from './transformations.ts';

/** Ranges as configured, and all namespaces of the host. */
export function hostPools(): Section {
  const { select, usedShare } = leakExpressions(['job', 'instance']);
  const by = 'netns, protocol, af';
  return {
    row: 'Ranges and network namespaces',
    panels: [
      table({
        title: 'Ranges',
        reading: {
          shows: 'The dynamic range of each protocol, address family and namespace, first and last port included.',
          good: 'the same size for both families.',
          bad: 'a small range, or many excluded ports: container and virtualisation software reserves blocks inside the range.',
          next: 'the documentation tells how to widen it; that only buys time when something leaks.',
        },
        width: 12,
        height: 8,
        unit: 'none',
        queries: [
          { expr: `max by (${by}) (${select('range_first')})` },
          { expr: `max by (${by}) (${select('range_last')})` },
          { expr: `max by (${by}) (${select('range_size')})` },
          { expr: `max by (${by}) (${select('range_excluded')})` },
        ],
        transformations: joined([
          ['netns', 'Namespace'],
          ['protocol', 'Protocol'],
          ['af', 'Family'],
          ['Value #A', 'First'],
          ['Value #B', 'Last'],
          ['Value #C', 'Ports'],
          ['Value #D', 'Excluded'],
        ]),
      }),
      barGauge({
        title: 'All pools of the host',
        longNames: true,
        reading: {
          shows: 'Share in use of every protocol and namespace.',
          good: 'green.',
          bad: 'a container that is nearly full beside a host that is not.',
          next: 'choose that namespace at the top.',
        },
        width: 6,
        height: 8,
        unit: 'percentunit',
        min: 0,
        max: 1,
        steps: SHARE_STEPS,
        queries: [{ expr: `sort_desc(topk(20, ${usedShare}))`, legend: '{{netns}} {{protocol}}' }],
      }),
      table({
        title: 'Namespaces',
        reading: {
          shows: 'Network namespaces that were read, and the container or pod they belong to.',
          good: 'every container that has ports.',
          bad: 'one is missing: the exporter may not enter it.',
          next: 'run the exporter\'s "doctor" command on the host.',
        },
        width: 6,
        height: 8,
        unit: 'short',
        noValue: 'only the own namespace is read',
        queries: [{ expr: `max by (netns, container, pod_uid) (${select('netns_info')})` }],
        transformations: joined([
          ['netns', 'Namespace'],
          ['container', 'Container'],
          ['pod_uid', 'Pod'],
        ]),
        overrides: [column('Namespace', { width: 120 })],
      }),
    ],
  };
}
