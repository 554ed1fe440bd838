import { EMPTY_CONFIG } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import type { Sample } from '../../model/sample.ts';
import { createSource } from '../../platform/select.ts';

const READING_TIMEOUT_MS = 10_000;
/** A large host's owners are found over some samples. */
const MOST_READINGS = 10;

/**
 * One reading of this host as the exporter would make it, once all owners are looked for.
 * @throws ExporterError when the host cannot be read
 */
export async function readHost(settings: Settings): Promise<Sample> {
  const source = createSource(settings, EMPTY_CONFIG, () => {});
  const read = () => source.read(AbortSignal.timeout(READING_TIMEOUT_MS), { detail: true });
  try {
    let sample = await read();
    for (let count = 1; count < MOST_READINGS && isUnfinished(sample); count++) sample = await read();
    return sample;
  } finally {
    await source.close();
  }
}

function isUnfinished({ problems }: Sample): boolean {
  return problems.some(({ code }) => code === 'EPH_OWNERS_BUDGET');
}
