import { loadConfig } from '../../config/load.ts';
import { ExporterError } from '../../errors.ts';
import { type Finding, failure, notApplicable, ok } from '../../platform/check.ts';

/** Whether the configuration file would be accepted at a start or a reload. */
export async function checkConfig(file: string): Promise<Finding> {
  if (file === '') return notApplicable('no --config.file: none is needed');
  try {
    const { processNames, owners } = await loadConfig(file);
    return ok(`${file} is good; rules for names: ${processNames.length}, for owners: ${owners.length}`);
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    const why = `${error.code}: ${error.message.replaceAll('\n', '; ')}`;
    const isUnreadable = error.code === 'EPH_CONFIG_UNREADABLE';
    return failure(why, isUnreadable ? `make ${file} readable to the user of the exporter` : `correct ${file} there`);
  }
}
