import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { TlsConfig, WebConfig } from '../config/web/web-config.ts';
import type { Log } from '../log.ts';
import { refusalOfClient } from './guard/client-certificate.ts';
import type { HttpLimits } from './http-server.ts';

export interface TlsGateOptions {
  readonly limits: Pick<HttpLimits, 'headersTimeoutMs'>;
  readonly log: Log;
  /** Takes a connection once it has passed, with the configuration it passed under. */
  readonly admit: (socket: Socket | TLSSocket, passed: { readonly web: WebConfig }) => void;
}

/** Stands between accepted connections and HTTP. */
export interface TlsGate {
  /** Lets the connection through as `web` says: at once, after a handshake, or not at all. */
  enter(socket: Socket, web: WebConfig): void;
  /** Cuts the handshakes under way. */
  close(): void;
}

/** A terminator of TLS is made anew for each new configuration, and with it the keys of its session tickets. */
export function createTlsGate({ limits, log, admit }: TlsGateOptions): TlsGate {
  /** By peer: a TLS socket does not say which socket it was made of, but both say whom they lead to. */
  const handshaking = new Map<string, Socket>();
  let terminator: { readonly web: WebConfig; readonly server: Server } | undefined;

  const makeServer = (web: WebConfig, tls: TlsConfig): Server => {
    const server = createServer({
      ...contextOf(tls),
      ...rulesOf(tls, web.http2),
      handshakeTimeout: limits.headersTimeoutMs,
    });
    server.on('secureConnection', (socket) => {
      handshaking.delete(peerOf(socket));
      const refusal = refusalOfClient(socket, tls);
      if (refusal === undefined) return admit(socket, { web });
      log.debug('client refused', { remote: socket.remoteAddress, reason: refusal });
      socket.destroy();
    });
    server.on('tlsClientError', (error, socket) => {
      log.debug('TLS handshake failed', { remote: socket.remoteAddress, error: error.message });
      socket.destroy();
    });
    return server;
  };
  return {
    enter(socket, web) {
      if (web.tls === undefined) return admit(socket, { web });
      if (terminator?.web !== web) terminator = { web, server: makeServer(web, web.tls) };
      const peer = peerOf(socket);
      handshaking.set(peer, socket);
      socket.once('close', () => {
        if (handshaking.get(peer) === socket) handshaking.delete(peer);
      });
      terminator.server.emit('connection', socket);
    },
    close() {
      for (const socket of handshaking.values()) socket.destroy();
    },
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function contextOf({ cert, key, clientCa, minVersion, maxVersion, ciphers, honorCipherOrder, curves }: TlsConfig) {
  return {
    cert,
    key,
    ...(clientCa !== undefined && { ca: clientCa }),
    minVersion,
    maxVersion,
    ...(ciphers !== undefined && { ciphers }),
    honorCipherOrder,
    ...(curves !== undefined && { ecdhCurve: curves }),
  };
}

function rulesOf({ clientAuth }: TlsConfig, http2: boolean) {
  return {
    requestCert: clientAuth !== 'NoClientCert',
    // The milder ones are judged once the handshake is done.
    rejectUnauthorized: clientAuth === 'RequireAndVerifyClientCert',
    ALPNProtocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
  };
}
