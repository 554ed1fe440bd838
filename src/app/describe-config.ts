import { resolve } from 'node:path';
import type { Config, Pattern } from '../config/config.ts';
import type { Settings } from '../config/settings.ts';

/** Settings whose relative paths mean something in the exporter's own directory only. */
const PATHS = ['configFile', 'webConfigFile', 'ledgerPath', 'sampleRecord', 'sampleReplay', 'outputTextfile'] as const;

/** Settings and config file as plain data. Neither holds a secret; of the web configuration file only its path is told. */
export function describeConfig(settings: Settings, { processNames, owners }: Config): Record<string, unknown> {
  return {
    settings: { ...settings, ...absolutePaths(settings) },
    processNames: processNames.map(({ name, comm, executable, commandLine }) => ({
      name,
      ...textOf('comm', comm),
      ...textOf('exe', executable),
      ...textOf('cmdline', commandLine),
    })),
    owners: owners.map(({ process, unit, muted, reason }) => ({
      ...textOf('process', process),
      ...textOf('unit', unit),
      muted,
      reason,
    })),
  };
}

function absolutePaths(settings: Settings): Partial<Settings> {
  return Object.fromEntries(PATHS.map((key) => [key, settings[key] === '' ? '' : resolve(settings[key])]));
}

function textOf(key: string, pattern: Pattern | undefined): Record<string, string> {
  return pattern === undefined ? {} : { [key]: pattern.source };
}
