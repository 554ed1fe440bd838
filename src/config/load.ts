import type { Config } from './config.ts';
import { parseYaml, readConfigFile } from './parse-yaml.ts';
import { CONFIG_SCHEMA } from './schema.ts';

/**
 * Reads and checks a config file.
 * @throws ExporterError EPH_CONFIG_UNREADABLE; EPH_CONFIG_INVALID with every problem, a line each, as `file:line:column`.
 */
export async function loadConfig(file: string): Promise<Config> {
  return parseConfig(await readConfigFile(file), file);
}

/**
 * Checks the content of a config file; an empty one is a good one.
 * @throws ExporterError EPH_CONFIG_INVALID with every problem, a line each, as `file:line:column`.
 */
export function parseConfig(bytes: Uint8Array, file: string): Config {
  const { value } = parseYaml(bytes, file, CONFIG_SCHEMA);
  return { processNames: value.process_names, owners: value.owners };
}
