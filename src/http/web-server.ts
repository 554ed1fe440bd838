import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { WebConfig } from '../config/web/web-config.ts';
import type { Log } from '../log.ts';
import { isVerifiedClient } from './guard/client-certificate.ts';
import { createHttpServer, drain, type HttpLimits, type RequestHandler } from './http-server.ts';
import { createHttp2Server } from './http2-server.ts';
import { isLoopbackAddress } from './request-scope.ts';
import { createTlsGate } from './tls-gate.ts';
import { markArrival } from './transport.ts';

export interface WebServerOptions {
  readonly handler: RequestHandler;
  readonly limits: HttpLimits;
  /** The web configuration in force. */
  readonly web: () => WebConfig;
  readonly log: Log;
}

/** The server of one TCP listener. */
export interface WebServer {
  /** Not yet listening. */
  readonly server: Server;
  /** Takes no more connections, lets answers under way finish for at most `graceMs`, then cuts the rest. */
  drain(graceMs: number): Promise<void>;
}

/**
 * An HTTP server that each new connection meets as the web configuration in force says: plain, or behind TLS, with HTTP/2
 * where both sides want it. It listens once; certificates and rules change under it.
 */
export function createWebServer({ handler, limits, web, log }: WebServerOptions): WebServer {
  /** What each connection had to pass to get in. */
  const admissions = new WeakMap<object, Admission>();
  const receive = (connection: object): RequestHandler => {
    return (request, response) => {
      const admission = admissions.get(connection);
      // The rules for connections have changed since: this client has to come in anew.
      if (admission === undefined || admission.rules !== rulesOf(web())) return void request.socket.destroy();
      const { isVerified } = admission;
      markArrival(request, { transport: isLocal() ? 'loopback' : 'tcp', isVerifiedClient: isVerified });
      handler(request, response);
    };
  };
  const server = createHttpServer((request, response) => receive(request.socket)(request, response), limits);
  const http2 = createHttp2Server(receive, limits);
  const isLocal = (): boolean => {
    const bound = server.address();
    return bound !== null && typeof bound === 'object' && isLoopbackAddress(bound.address);
  };
  // Node's own listener, which speaks HTTP on any stream it is handed, comes after the gate instead of first.
  const speakHttp = server.listeners('connection')[0] as (this: Server, socket: Socket) => void;
  const gate = createTlsGate({
    limits,
    log,
    admit: (socket, { web: config }) => {
      const tls = config.tls;
      const isVerified = tls !== undefined && socket instanceof TLSSocket && isVerifiedClient(socket, tls);
      admissions.set(socket, { rules: rulesOf(config), isVerified });
      if (socket instanceof TLSSocket && socket.alpnProtocol === 'h2') http2.speak(socket);
      else speakHttp.call(server, socket);
    },
  });
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => gate.enter(socket, web()));
  return {
    server,
    async drain(graceMs) {
      gate.close();
      http2.drain(graceMs);
      await drain(server, graceMs);
    },
  };
}

interface Admission {
  readonly rules: string;
  readonly isVerified: boolean;
}

/** What of a configuration decides who gets a connection; a new certificate of ours alone turns nobody away. */
function rulesOf({ tls }: WebConfig): string {
  if (tls === undefined) return 'plain';
  const { clientAuth, clientCa, allowedSans, minVersion } = tls;
  return JSON.stringify([clientAuth, clientCa, allowedSans, minVersion]);
}
