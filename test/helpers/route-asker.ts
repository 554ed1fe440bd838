import { fileURLToPath } from 'node:url';
import { startLineProgram } from './line-program.ts';

export interface RouteQuestion {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly socketPath?: string;
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
}

/** `status` is 0 where no answer came; the reason is then the body. */
export interface RouteAnswer {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
  /** Of the server's certificate. */
  readonly serial?: string;
}

/** A client in a namespace of its own choice. */
export interface RouteAsker {
  ask(question: RouteQuestion): Promise<RouteAnswer>;
  stop(): Promise<void>;
}

export function startRouteAsker(netns: string): RouteAsker {
  const script = fileURLToPath(new URL('./ask-routes.js', import.meta.url));
  const program = startLineProgram(netns, process.execPath, [script]);
  return { ask: async (question) => (await program.ask(question)) as RouteAnswer, stop: program.stop };
}
