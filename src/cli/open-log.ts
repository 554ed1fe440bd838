import { resolve } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { openLogFile } from '../log/log-file.ts';
import { createLog, type Log, type LogWriter } from '../log.ts';
import { openSystemLog } from '../platform/select.ts';
import type { CommandLineIo } from './command.ts';

/**
 * The log as `--log.*` ask for it.
 * @throws ExporterError EPH_LOG_WRITE when it cannot be written there.
 */
export function openLog(settings: Settings, io: CommandLineIo): Log {
  const { logLevel: level, logFormat: format } = settings;
  return createLog({ level, format, write: openWriter(settings.logFile, io), wallMs: io.wallMs });
}

function openWriter(target: string, io: CommandLineIo): LogWriter {
  if (target === 'stderr') return io.stderr;
  if (target === 'stdout') return io.stdout;
  if (target === 'eventlog') return openSystemLog(io.stderr);
  return openLogFile({ path: resolve(target), spare: io.stderr });
}
