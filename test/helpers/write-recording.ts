import type { Sample } from '../../src/model/sample.ts';
import { openRecorder } from '../../src/store/recorder.ts';

/** Writes samples to a recording that the real exporter can replay. */
export async function writeRecording(path: string, samples: Iterable<Sample>): Promise<void> {
  const recorder = await openRecorder({
    path,
    onFailure: (error) => {
      throw error;
    },
  });
  for (const sample of samples) await recorder.record(sample);
  await recorder.close();
}
