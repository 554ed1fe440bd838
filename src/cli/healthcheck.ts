import { ExporterError } from '../errors.ts';
import { askControlSocket } from '../http/control-client.ts';
import { controlSocketCandidates } from '../http/control-path.ts';
import type { CommandContext } from './command.ts';

const TIMEOUT_MS = 3000;

/**
 * Exit code 0 when the running exporter says that it is healthy, else 1. Never uses TCP: a host without ports could not.
 * @throws ExporterError EPH_NOT_RUNNING when nobody answers.
 */
export async function runHealthcheck({ settings, io }: CommandContext): Promise<number> {
  const paths = settings.controlSocketRequired ? [settings.controlSocket] : controlSocketCandidates(io);
  const answer = await firstAnswer(paths);
  (answer.status === 200 ? io.stdout : io.stderr)(`${answer.body.trim()}\n`);
  return answer.status === 200 ? 0 : 1;
}

async function firstAnswer(paths: readonly string[]): Promise<{ status: number; body: string }> {
  const failures: string[] = [];
  for (const path of paths) {
    try {
      return await askControlSocket({ socketPath: path, path: '/-/healthy', timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      failures.push(error.message);
    }
  }
  const tried =
    failures.length === 0 ? 'no control socket is known; name it with --web.control-socket' : failures.join('; ');
  throw new ExporterError('EPH_NOT_RUNNING', tried);
}
