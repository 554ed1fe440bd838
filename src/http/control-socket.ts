import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { ExporterError } from '../errors.ts';
import { createHttpServer, drain, HTTP_LIMITS, listen, type RequestHandler } from './http-server.ts';
import type { Listener } from './tcp-listeners.ts';
import { markArrival } from './transport.ts';

/** `sun_path` less its NUL: 108 bytes on Linux (unix(7)), 104 on the BSDs and macOS. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

export interface ControlSocketOptions {
  readonly path: string;
  /** Mode of the socket: 0o600, or 0o660 where the group is one made for those who may ask. */
  readonly mode: 0o600 | 0o660;
  readonly handler: RequestHandler;
}

/**
 * Opens the control socket: a unix socket that only its mode lets in, or a Windows named pipe. The directory is made
 * (0700) when it is missing; a socket file that nobody listens on is replaced, anything else is left alone.
 * @throws ExporterError EPH_CONTROL
 */
export async function openControlSocket({ path, mode, handler }: ControlSocketOptions): Promise<Listener> {
  const server = createHttpServer((request, response) => {
    markArrival(request, { transport: 'control', isVerifiedClient: false });
    handler(request, response);
  }, HTTP_LIMITS);
  try {
    if (isNamedPipe(path)) {
      await listen(server, { path });
    } else {
      if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new Error(`the path is longer than ${MAX_PATH_BYTES} bytes`);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await removeStale(path);
      await withUmask(0o777 & ~mode, () => listen(server, { path }));
      // Where there is no mask to set (in a worker thread), and for a mode that a file system's defaults changed.
      await chmod(path, mode);
    }
  } catch (error) {
    server.close();
    const reason = error instanceof Error ? error.message : String(error);
    const hint = 'choose another path with --web.control-socket, or an empty one to go without';
    throw new ExporterError('EPH_CONTROL', `cannot open the control socket ${path}: ${reason}; ${hint}`, {
      cause: error,
    });
  }
  return { address: path, close: (graceMs) => drain(server, graceMs) };
}

function isNamedPipe(path: string): boolean {
  return path.startsWith('\\\\.\\pipe\\') || path.startsWith('\\\\?\\pipe\\');
}

/** The bind happens inside listen(), synchronously: with the mask set, the socket is never open to others, not for a moment. */
function withUmask(mask: number, bind: () => Promise<void>): Promise<void> {
  if (!isMainThread) return bind();
  const before = process.umask(mask);
  try {
    return bind();
  } finally {
    process.umask(before);
  }
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error('a file that is not a socket is in its place');
  if (await answers(path)) throw new Error('another exporter already answers on it');
  await unlink(path);
}

/** False only when the system says that nobody listens. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}
