import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, type Program, startProgram } from './program.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The real exporter, built, as a program of its own; asked over its control socket, which works from any namespace. */
export interface RunningExporter {
  readonly program: Program;
  /** 0 without a listener. */
  readonly port: number;
  readonly controlSocket: string;
  /** Body of a route, over the control socket. @throws Error unless it answers 200 */
  get(path: string): Promise<string>;
  metrics(): Promise<string>;
}

export interface ExporterOptions {
  readonly directory: string;
  /** On 127.0.0.1; absent: no listener. */
  readonly port?: number;
  readonly netns?: string;
  readonly flags?: readonly string[];
  /** Read every namespace of the host; otherwise only the one it runs in, for others are full of what other tests do. */
  readonly everywhere?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Put before the program: `setpriv ...`. */
  readonly wrapper?: readonly string[];
  /** The exporter in another form; this Node on dist/main.js by default. */
  readonly exporter?: readonly string[];
}

/** Starts the exporter and waits until it is ready. */
export async function startExporter(options: ExporterOptions): Promise<RunningExporter> {
  const { directory, port = 0, netns, flags = [], everywhere = false, env, wrapper = [] } = options;
  const { exporter = [process.execPath, MAIN] } = options;
  mkdirSync(directory, { recursive: true });
  const controlSocket = join(directory, 'control.sock');
  const [command, ...args] = [
    ...wrapper,
    ...exporter,
    `--web.listen-address=${port === 0 ? '' : `127.0.0.1:${port}`}`,
    `--web.control-socket=${controlSocket}`,
    ...(everywhere ? [] : ['--no-collector.namespaces']),
    ...flags,
  ];
  const program = startProgram({
    command: command as string,
    args,
    ...(netns && { netns }),
    ...(env && { env }),
    logFile: join(directory, 'exporter.log'),
  });
  const get = (path: string): Promise<string> => getOverSocket(controlSocket, path);
  try {
    await eventually('a ready exporter', async () => (await get('/-/ready')) && true);
  } catch (cause) {
    await program.kill();
    throw new Error(`the exporter did not get ready:\n${program.output()}`, { cause });
  }
  return { program, port, controlSocket, get, metrics: () => get('/metrics') };
}

function getOverSocket(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${path}: ${response.statusCode} ${body}`));
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
