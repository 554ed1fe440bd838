import { request } from 'node:http';
import { ExporterError } from '../errors.ts';

export interface ControlQuestion {
  /** Path of the unix socket or name of the Windows pipe. */
  readonly socketPath: string;
  readonly path: string;
  readonly timeoutMs: number;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: string;
}

/** Bound on what an answer may hold, bytes: the largest page of a full host is far below. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * One GET through the control socket, which needs no port.
 * @throws ExporterError EPH_NOT_RUNNING when nobody answers there in time.
 */
export function askControlSocket({ socketPath, path, timeoutMs }: ControlQuestion): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      reject(new ExporterError('EPH_NOT_RUNNING', `no answer from the control socket ${socketPath}: ${reason}`));
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const question = request({ socketPath, path, agent: false, signal, headers: { host: 'localhost' } }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) question.destroy(new Error('the answer is too long'));
        chunks.push(chunk);
      });
      response.on('error', (error) => fail(error.message));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    question.on('error', (error) => fail(signal.aborted ? `none within ${timeoutMs} ms` : explain(error)));
    question.end();
  });
}

function explain(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'it does not exist; is the exporter running, and with this --web.control-socket?';
  if (error.code === 'ECONNREFUSED') return 'nobody listens on it; the exporter is not running';
  if (error.code === 'EACCES') return 'permission denied; ask as the user of the exporter or as root';
  return error.message;
}
