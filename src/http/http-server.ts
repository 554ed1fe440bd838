import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Bounds on what one client can hold of us. */
export interface HttpLimits {
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** From the connection (or the end of the previous answer's idle time) to the last header byte. */
  readonly headersTimeoutMs: number;
  /** ... to the last byte of the request. */
  readonly requestTimeoutMs: number;
  /** From the whole head of a request to the last byte of its answer taken by the client. */
  readonly exchangeTimeoutMs: number;
  /** Above the usual scrape intervals, so that a scraper keeps its connection when its host has no port for a new one. */
  readonly keepAliveTimeoutMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  maxHeaderBytes: 16 * 1024,
  maxConnections: 512,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  exchangeTimeoutMs: 90_000,
  keepAliveTimeoutMs: 95_000,
};

/** A server, not yet listening, that holds clients to the limits. */
export function createHttpServer(handler: RequestHandler, limits: HttpLimits): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      // Node looks for late requests only so often; the default of 30 s would make the limits above meaningless.
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
    },
    limitExchange(handler, limits),
  );
  server.maxConnections = limits.maxConnections;
  server.maxHeadersCount = 100;
  return server;
}

/** The handler, with an end to every exchange. */
export function limitExchange(handler: RequestHandler, { exchangeTimeoutMs }: HttpLimits): RequestHandler {
  return (request, response) => {
    const expiry = setTimeout(() => request.socket.destroy(), exchangeTimeoutMs);
    response.once('close', () => clearTimeout(expiry));
    handler(request, response);
  };
}

/** Binds the server. @throws the system's error. */
export function listen(
  server: Server,
  target: { fd: number } | { path: string } | { port: number; host?: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...target, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Takes no more connections, lets answers under way finish for at most `graceMs`, then cuts the rest. */
export function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose answer ends after close() would stay open for its keep-alive time.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const expiry = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(expiry);
      resolve();
    });
  });
}
