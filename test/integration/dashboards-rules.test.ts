import { describe, expect, it } from 'vitest';
import { RECORDING } from '../../src/bundle/recording-names.ts';
import { flat, host, ownerGauge, ownerPorts, ramp, released, state, stuck, used } from '../helpers/alert-host.ts';
import { substitute } from '../helpers/dashboard-data/substitute.ts';
import { VIEWS } from '../helpers/dashboard-data/views.ts';
import { panelsOf, readDashboard } from '../helpers/dashboard-json.ts';
import type { StorySeries } from '../helpers/promtool-story.ts';
import { complaintsAbout } from '../helpers/promtool-values.ts';

const START = 300;
const CAPACITY = 16_384;

const INCIDENT: StorySeries = {
  ...host('windows', CAPACITY),
  ...used(ramp(300, START, 1.75)),
  ...state('established', flat(288)),
  ...state('bound', ramp(12, START, 1.75)),
  ...ownerPorts('bound', ramp(12, START, 1.75)),
  ...stuck(ramp(0, START + 15, 1.75)),
  ...released('closed', flat(0)),
  ...ownerGauge('start_time_seconds', flat(0)),
  ...ownerGauge('members', flat(1)),
};
const OWNER_LABELS =
  '{instance="dc1", job="epx", netns="host", process="dnsfilter.exe", protocol="tcp", unit="DnsFilterSvc"}';

describe('the dashboards over the recordings of the committed rules', () => {
  it('show the pace that the rules proved, before three hours of raw data could', async () => {
    const leader = shown('epx-fleet', 'Hosts by time to empty', 1);
    const recorded = `${RECORDING.leakRate} * 60`;
    const complaints = await complaintsAbout(INCIDENT, [
      { expr: recorded, minute: START + 60, samples: [{ labels: OWNER_LABELS, value: 1.75 }] },
      { expr: leader, minute: START + 60, samples: [{ labels: OWNER_LABELS, value: 1.75 }] },
    ]);
    expect(complaints).toBe('');
  });

  it('show the time left that the rules forecast', async () => {
    const timeLeft = shown('epx-host', 'Time to empty', 0);
    const recorded = `min by (instance) (${RECORDING.exhaustionSeconds})`;
    const minute = START + 600;
    const complaints = await complaintsAbout(INCIDENT, [
      { expr: `count(${recorded})`, minute, samples: [{ labels: '{}', value: 1 }] },
      {
        expr: `(${timeLeft}) - on (instance) ${recorded}`,
        minute,
        samples: [{ labels: '{instance="dc1"}', value: 0 }],
      },
    ]);
    expect(complaints).toBe('');
  });

  it('show the daily floor that the rules record once an hour, at any minute of it', async () => {
    const floor = shown('epx-leak', 'Lowest level of the day', 0);
    const minute = 2310;
    const held = '{class="held", instance="dc1", process="dnsfilter.exe"}';
    const recorded = `max by (process, instance, class) (last_over_time(${RECORDING.classMin1d}[7h]))`;
    const complaints = await complaintsAbout(INCIDENT, [
      { expr: `count(${recorded})`, minute, samples: [{ labels: '{}', value: 1 }] },
      { expr: `(${floor}) - ${recorded}`, minute, samples: [{ labels: held, value: 0 }] },
    ]);
    expect(complaints).toBe('');
  });
});

/** The query of a panel with everything chosen. */
function shown(uid: string, title: string, index: number): string {
  const panel = panelsOf(readDashboard(uid)).find((one) => one.title === title);
  const expr = panel?.targets?.[index]?.expr ?? '';
  return substitute(expr, VIEWS[0]?.choice ?? {}, 86_400, 60);
}
