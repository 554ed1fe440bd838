import { ExporterError } from '../errors.ts';
import { askControlSocket, type ControlAnswer } from '../http/control-client.ts';
import { controlSocketCandidates } from '../http/control-path.ts';
import type { CommandContext } from './command.ts';

/** GET of one path; the answer may have any status. */
export type Ask = (path: string) => Promise<ControlAnswer>;

/**
 * Asks the running exporter through its control socket, never through TCP: a host without ports could not. The socket that
 * answered first is asked from then on.
 * @throws ExporterError EPH_NOT_RUNNING when nobody answers.
 */
export function createAsk({ settings, io }: Pick<CommandContext, 'settings' | 'io'>, timeoutMs: number): Ask {
  let paths = settings.controlSocketRequired ? [settings.controlSocket] : controlSocketCandidates(io);
  return async (path) => {
    const failures: string[] = [];
    for (const socketPath of paths) {
      try {
        const answer = await askControlSocket({ socketPath, path, timeoutMs });
        paths = [socketPath];
        return answer;
      } catch (error) {
        if (!(error instanceof ExporterError)) throw error;
        failures.push(error.message);
      }
    }
    const none = 'no control socket is known; name it with --web.control-socket';
    throw new ExporterError('EPH_NOT_RUNNING', failures.length === 0 ? none : failures.join('; '));
  };
}
