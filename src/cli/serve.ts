import { startApp } from '../app.ts';
import { ExporterError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/**
 * Runs the exporter until SIGTERM or SIGINT; SIGHUP reads the config file again.
 * @throws ExporterError for anything that keeps it from starting
 */
export async function serve({ settings, io, log }: CommandContext): Promise<number> {
  log.info('starting ephemeral-port-exporter', { version: io.build.version, revision: io.build.revision });
  const app = await startApp({ settings, log, env: io.env, build: io.build });
  process.on('SIGHUP', () => void app.reload());
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  log.info('stopping', { signal });
  try {
    await app.close();
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    log.error('ending by SIGKILL, all but the reader is closed', { code: error.code, error: error.message });
    // process.exit() waits for every thread, and for one that is blocked in the kernel it would wait for ever.
    process.kill(process.pid, 'SIGKILL');
  }
  return 0;
}
