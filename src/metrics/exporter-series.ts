import type { Report } from '../model/report.ts';
import type { ExporterFacts } from './exporter-facts.ts';
import { toSeconds } from './host-series.ts';
import { labelText } from './label-text.ts';
import type { AddSeries } from './snapshot.ts';

/** Series about the exporter itself that need no sample. */
export function addFacts(add: AddSeries, facts: ExporterFacts): void {
  const { version, revision, node, os, arch } = facts;
  add('exporter_build_info', { version, revision, node, os, arch }, 1);
  add('exporter_sample_interval_seconds', {}, facts.sampleIntervalMs / 1000);
  add('exporter_last_sample_timestamp_seconds', {}, toSeconds(facts.lastSampleMs));
  if (facts.config === undefined) return;
  add('exporter_config_last_reload_successful', {}, facts.config.lastReloadSuccessful ? 1 : 0);
  add('exporter_config_last_reload_success_timestamp_seconds', {}, toSeconds(facts.config.lastReloadSuccessMs));
}

/** Series about how the sample was made and what the ledger holds. */
export function addExporterSeries(add: AddSeries, report: Report): void {
  for (const { piece, source } of report.sources) add('exporter_source_info', { piece, source }, 1);
  for (const { piece, success, timedOut, durationMs } of report.pieces) {
    add('exporter_collector_success', { collector: piece }, success ? 1 : 0);
    add('exporter_collector_duration_seconds', { collector: piece }, durationMs / 1000);
    add('exporter_collector_timeout', { collector: piece }, timedOut ? 1 : 0);
  }
  // A failed first reading is told as a report of the time 0: nothing in it was measured.
  if (report.takenAtMs === 0) return;
  for (const { netns, protocol, reason, ports } of report.unattributed) {
    add('exporter_unattributed_ports', { protocol, netns: labelText(netns), reason }, ports);
  }
  add('exporter_folded_groups', {}, report.foldedGroups);
  add('exporter_folded_namespaces', {}, report.foldedNamespaces);
  add('exporter_ledger_ports', {}, report.ledgerPorts);
  add('exporter_shared_sockets', {}, report.sharedSockets);
  add('exporter_ledger_start_timestamp_seconds', {}, toSeconds(report.ledgerStartMs));
  add('exporter_lost_events_total', {}, report.lostEvents);
  add('exporter_history_dropped_total', {}, report.historyDropped);
}
