import { createServer, type ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type HttpLimits, limitExchange, type RequestHandler } from './http-server.ts';

/** Speaks HTTP/2 on connections that others have accepted. */
export interface Http2Server {
  speak(socket: TLSSocket): void;
  /** Ends sessions as soon as their answers are sent, and cuts what is left after `graceMs`. */
  drain(graceMs: number): void;
}

/** Scrapers need one stream, a browser on the status page a handful. */
const MOST_STREAMS = 16;
const MEMORY_MB = 1;

/** @param receive makes the handler of one connection */
export function createHttp2Server(receive: (connection: object) => RequestHandler, limits: HttpLimits): Http2Server {
  const sessions = new Set<ServerHttp2Session>();
  const connections = new WeakMap<object, object>();
  const handle = limitExchange((request, response) => {
    const { session } = (request as unknown as { stream: { session: object } }).stream;
    receive(connections.get(session) ?? session)(request, response);
  }, limits);
  const server = createServer({
    maxSessionMemory: MEMORY_MB,
    settings: { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: limits.maxHeaderBytes, enablePush: false },
    unknownProtocolTimeout: limits.headersTimeoutMs,
  });
  // Its requests have what ours read of a request; fastify serves both kinds.
  server.on('request', (request, response) => handle(request as never, response as never));
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    endWhenIdle(session, limits);
  });
  return {
    speak(socket) {
      const note = (session: ServerHttp2Session) => connections.set(session, socket);
      server.on('session', note);
      server.emit('connection', socket);
      server.off('session', note);
    },
    drain(graceMs) {
      for (const session of sessions) session.close();
      setTimeout(() => {
        for (const session of sessions) session.destroy();
      }, graceMs).unref();
    },
  };
}

/** Node's limits for slow requests know HTTP/1 only. */
function endWhenIdle(session: ServerHttp2Session, { headersTimeoutMs, keepAliveTimeoutMs }: HttpLimits): void {
  let streams = 0;
  let expiry = setTimeout(() => session.destroy(), headersTimeoutMs);
  session.on('stream', (stream) => {
    clearTimeout(expiry);
    streams++;
    stream.once('close', () => {
      streams--;
      clearTimeout(expiry);
      if (streams === 0) expiry = setTimeout(() => session.destroy(), keepAliveTimeoutMs);
    });
  });
  session.once('close', () => clearTimeout(expiry));
}
