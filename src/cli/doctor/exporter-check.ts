import { type Finding, failure, ok, warning } from '../../platform/check.ts';
import { durationText } from '../inspect/quantities.ts';
import type { NoExporter, RunningExporter } from './running-exporter.ts';

/** Whether an exporter answers on the control socket, is well, and sees what it should. */
export function checkExporter(exporter: RunningExporter | NoExporter, wallMs: number): Finding {
  if ('error' in exporter) return withoutExporter(exporter);
  const { healthy, health, status } = exporter;
  if (!healthy)
    return failure(`the running exporter says: ${health}`, 'see its log: journalctl -u ephemeral-port-exporter');
  if (status.takenAtMs === undefined) return warning('the running exporter has no sample yet', 'ask again in a minute');
  const age = `its last sample is ${durationText(wallMs - status.takenAtMs)} old`;
  const [first, ...more] = status.problems;
  if (first === undefined) return ok(`version ${status.exporter.version} answers on the control socket; ${age}`);
  const others = more.length === 0 ? '' : ` (and ${more.map(({ code }) => code).join(', ')})`;
  return warning(
    `the running exporter, ${age}, says: ${first.code}: ${first.meaning}${others}`,
    first.message ?? 'see its status: ephemeral-port-exporter inspect',
  );
}

function withoutExporter({ error, isRefused }: NoExporter): Finding {
  if (error.code !== 'EPH_NOT_RUNNING') {
    return failure(`${error.code}: ${error.message}`, 'run the doctor of the same version as the exporter');
  }
  const remedy = isRefused
    ? 'ask as root or as the user of the exporter: sudo ephemeral-port-exporter doctor'
    : 'start it: systemctl start ephemeral-port-exporter, or ephemeral-port-exporter by hand';
  return warning(error.message, remedy);
}
