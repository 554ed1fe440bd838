import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ExporterError } from '../errors.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIO_SCHEMA } from './scenario-schema.ts';

/**
 * The scenarios of a directory (`*.yaml`, `*.yml`, `*.json`, one each), by file name.
 * @throws ExporterError EPH_CONFIG_UNREADABLE, EPH_CONFIG_INVALID
 */
export async function loadScenarios(directory: string): Promise<Scenario[]> {
  const files = await readdir(directory).catch((cause: unknown) => {
    throw new ExporterError('EPH_CONFIG_UNREADABLE', `cannot read the scenarios of ${directory}`, { cause });
  });
  const scenarios: Scenario[] = [];
  for (const file of files.filter((name) => /\.(ya?ml|json)$/.test(name)).sort()) {
    scenarios.push(parseScenario(await readFile(join(directory, file), 'utf8'), file));
  }
  if (scenarios.length === 0) throw new ExporterError('EPH_CONFIG_INVALID', `${directory} holds no scenario`);
  const names = scenarios.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ExporterError('EPH_CONFIG_INVALID', `two scenarios are named "${twice}"`);
  return scenarios;
}

/** @throws ExporterError EPH_CONFIG_INVALID with the place of the first mistake */
export function parseScenario(text: string, file: string): Scenario {
  let data: unknown;
  try {
    data = parse(text);
  } catch (cause) {
    throw new ExporterError('EPH_CONFIG_INVALID', `${file}: not YAML or JSON`, { cause });
  }
  const result = SCENARIO_SCHEMA.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  throw new ExporterError('EPH_CONFIG_INVALID', `${file}: ${place}: ${issue?.message ?? 'wrong'}`);
}
