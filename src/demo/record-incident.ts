import type { ExporterError } from '../errors.ts';
import { openRecorder } from '../store/recorder.ts';
import { type IncidentOptions, playIncident } from './incident.ts';

/**
 * Writes the incident as a recording for `--sample.replay`.
 * @throws ExporterError EPH_RECORDING_WRITE
 */
export async function recordIncident(path: string, options: IncidentOptions): Promise<void> {
  const failures: ExporterError[] = [];
  const recorder = await openRecorder({ path, onFailure: (error) => failures.push(error) });
  for (const sample of playIncident(options)) await recorder.record(sample);
  await recorder.close();
  if (failures[0] !== undefined) throw failures[0];
}
