import { createAsk } from './ask-exporter.ts';
import type { CommandContext } from './command.ts';

const TIMEOUT_MS = 3000;

/**
 * Exit code 0 when the running exporter says that it is healthy, else 1. Never uses TCP: a host without ports could not.
 * @throws ExporterError EPH_NOT_RUNNING when nobody answers.
 */
export async function runHealthcheck(context: CommandContext): Promise<number> {
  const { io } = context;
  const answer = await createAsk(context, TIMEOUT_MS)('/-/healthy');
  (answer.status === 200 ? io.stdout : io.stderr)(`${answer.body.trim()}\n`);
  return answer.status === 200 ? 0 : 1;
}
