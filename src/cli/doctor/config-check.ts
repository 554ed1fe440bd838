import { loadConfig } from '../../config/load.ts';
import { ExporterError } from '../../errors.ts';
import { type Finding, failure, notApplicable, ok } from '../../platform/check.ts';

/** Whether the configuration file would be accepted at a start or a reload. */
export async function checkConfig(file: string): Promise<Finding> {
  if (file === '') return notApplicable('no --config.file: none is needed');
  return withLoaded(file, loadConfig, ({ processNames, owners }) =>
    ok(`${file} is good; rules for names: ${processNames.length}, for owners: ${owners.length}`),
  );
}

/** What `judge` says of the loaded file, or what keeps it from being loaded. */
export async function withLoaded<T>(
  file: string,
  load: (file: string) => Promise<T>,
  judge: (loaded: T) => Finding,
): Promise<Finding> {
  try {
    return judge(await load(file));
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    const why = `${error.code}: ${error.message.replaceAll('\n', '; ')}`;
    const isUnreadable = error.code === 'EPH_CONFIG_UNREADABLE';
    return failure(why, isUnreadable ? `make ${file} readable to the user of the exporter` : `correct ${file} there`);
  }
}
