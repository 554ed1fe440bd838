import { describe, expect, it } from 'vitest';
import { exporterGauge, flat, host, used } from '../helpers/alert-host.ts';
import { firingAt, type StorySeries } from '../helpers/promtool-story.ts';

const START = 60;
/** 1 up to the start, then 0 for half an hour, then 1 again. */
const FAILS = `1+0x${START} 0+0x40 1+0x200`;
const UNATTRIBUTED = 'protocol="tcp",netns="host",reason="no_permission"';

/** Alert, the series that make it fire at minute START + 35, and those of a host that is well. */
const CASES: readonly (readonly [string, StorySeries, StorySeries])[] = [
  ['EphemeralPortExporterDown', { 'up{job="ephemeral-port-exporter",instance="dc1"}': FAILS }, {}],
  ['EphemeralPortExporterAbsent', {}, { 'up{job="ephemeral-port-exporter",instance="dc1"}': flat(1) }],
  [
    'EphemeralPortCollectorFailing',
    exporterGauge('exporter_collector_success', 'collector="bound"', FAILS),
    exporterGauge('exporter_collector_success', 'collector="bound"', flat(1)),
  ],
  [
    'EphemeralPortSampleStale',
    exporterGauge('exporter_last_sample_timestamp_seconds', '', `0+60x${START} ${START * 60}+0x100`),
    exporterGauge('exporter_last_sample_timestamp_seconds', '', '0+60x300'),
  ],
  [
    'EphemeralPortOwnersHidden',
    { ...used(flat(2000)), ...exporterGauge('exporter_unattributed_ports', UNATTRIBUTED, flat(900)) },
    { ...used(flat(2000)), ...exporterGauge('exporter_unattributed_ports', UNATTRIBUTED, flat(90)) },
  ],
  [
    'EphemeralPortBoundInvisible',
    exporterGauge('exporter_source_info', 'piece="bound",source="none"', flat(1)),
    exporterGauge('exporter_source_info', 'piece="bound",source="inet_diag"', flat(1)),
  ],
  [
    'EphemeralPortScopeLimited',
    exporterGauge('exporter_source_info', 'piece="scope",source="container"', flat(1)),
    exporterGauge('exporter_source_info', 'piece="scope",source="host"', flat(1)),
  ],
  [
    'EphemeralPortLedgerLost',
    exporterGauge('exporter_ledger_start_timestamp_seconds', '', `0+0x${START} ${START * 60}+0x200`),
    exporterGauge('exporter_ledger_start_timestamp_seconds', '', flat(0)),
  ],
  [
    'EphemeralPortConfigReloadFailed',
    exporterGauge('exporter_config_last_reload_successful', '', FAILS),
    exporterGauge('exporter_config_last_reload_successful', '', flat(1)),
  ],
  [
    'EphemeralPortExhaustionEvent',
    exporterGauge('event_log_events_total', 'event_id="4231",provider="Tcpip"', `0+0x${START + 30} 1+0x100`),
    exporterGauge('event_log_events_total', 'event_id="4231",provider="Tcpip"', flat(3)),
  ],
  [
    'EphemeralPortReuseEvent',
    exporterGauge('event_log_events_total', 'event_id="4227",provider="Tcpip"', `0+0x${START} 5+0x100`),
    exporterGauge('event_log_events_total', 'event_id="4227",provider="Tcpip"', `0+0x${START} 1+0x100`),
  ],
];

describe('alerts on the exporter and its host', () => {
  it.each(CASES)('%s fires for what it is for, and not on a host that is well', async (name, ill, well) => {
    const rest = name === 'EphemeralPortExporterAbsent' ? {} : host('windows', 16_384);
    const [early, firing] = await firingAt({ ...rest, ...ill }, name, [1, START + 35]);
    expect(early).toEqual([]);
    expect(firing?.map(({ labels }) => labels['alertname'])).toEqual([name]);
    expect(firing?.[0]?.annotations['runbook_url']).toMatch(new RegExp(`/${name}\\.md$`));
    expect(await firingAt({ ...rest, ...well }, name, [START, START + 35, START + 90])).toEqual([[], [], []]);
  });

  it('EphemeralPortExporterDown resolves when scrapes succeed again, and two that failed are no outage', async () => {
    const up = (values: string): StorySeries => ({ 'up{job="ephemeral-port-exporter",instance="dc1"}': values });
    expect(
      (await firingAt(up(FAILS), 'EphemeralPortExporterDown', [START + 20, START + 50])).map((a) => a.length),
    ).toEqual([1, 0]);
    const missed = up(`1+0x${START} 0 0 1+0x100`);
    expect(await firingAt(missed, 'EphemeralPortExporterDown', [START + 2, START + 12])).toEqual([[], []]);
  });
});
