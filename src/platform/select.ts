import type { Config } from '../config/config.ts';
import type { Settings } from '../config/settings.ts';
import { ExporterError } from '../errors.ts';
import type { LogWriter } from '../log.ts';
import type { PlatformChecks } from './check.ts';
import { linuxChecks } from './linux/checks/linux-checks.ts';
import { createLinuxSource } from './linux/linux-source.ts';
import type { PortSource } from './source.ts';
import { windowsChecks } from './windows/checks/windows-checks.ts';
import { openEventLogWriter } from './windows/events/event-log-writer.ts';
import { loadKoffi } from './windows/load-koffi.ts';
import { createWindowsSource } from './windows/windows-source.ts';

/**
 * The source that reads this host. `warn` takes one line for the log when it must do with less than it could have.
 * @throws ExporterError EPH_SOURCE_UNAVAILABLE on a system that has none.
 */
export function createSource(
  settings: Settings,
  config: Config,
  warn: (message: string) => void,
  platform: NodeJS.Platform = process.platform,
): PortSource {
  if (platform === 'linux') return createLinuxSource({ settings, config, warn });
  if (platform === 'win32') return createWindowsSource({ settings, config, warn, choice: settings.windowsSource });
  const message = `no socket tables can be read on ${platform}; a recording can be replayed with --sample.replay`;
  throw new ExporterError('EPH_SOURCE_UNAVAILABLE', message);
}

const NO_CHECKS: PlatformChecks = { checks: [], listenerOf: async () => '', reserveCommand: () => '' };

/** What `doctor` asks of this platform beside what it asks of every one. */
export function createPlatformChecks(settings: Settings, platform: NodeJS.Platform = process.platform): PlatformChecks {
  if (platform === 'linux') return linuxChecks(settings);
  return platform === 'win32' ? windowsChecks(settings) : NO_CHECKS;
}

/**
 * Writes log lines to the event log of this system; `spare` gets those that it does not take.
 * @throws ExporterError EPH_LOG_WRITE, EPH_WINDOWS_CALL when there is none, or it cannot be opened.
 */
export function openSystemLog(spare: LogWriter, platform: NodeJS.Platform = process.platform): LogWriter {
  if (platform !== 'win32') throw new ExporterError('EPH_LOG_WRITE', `there is no event log on ${platform}`);
  const report = openEventLogWriter(loadKoffi());
  return (line, level) => {
    try {
      report(level, line);
    } catch {
      spare(line, level);
    }
  };
}
