import type { Config, Pattern } from '../config/config.ts';
import type { Settings } from '../config/settings.ts';

/** Settings and config file as plain data. Neither holds a secret; of the web configuration file only its path is told. */
export function describeConfig(settings: Settings, { processNames, owners }: Config): Record<string, unknown> {
  return {
    settings,
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

function textOf(key: string, pattern: Pattern | undefined): Record<string, string> {
  return pattern === undefined ? {} : { [key]: pattern.source };
}
