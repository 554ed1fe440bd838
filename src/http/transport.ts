import type { IncomingMessage } from 'node:http';
import { type RequestScope, requestScope, type Transport } from './request-scope.ts';

const transports = new WeakMap<IncomingMessage, Transport>();

/** Notes which kind of listener a request came through; the listeners call it, nobody else can. */
export function markTransport(message: IncomingMessage, transport: Transport): void {
  transports.set(message, transport);
}

/** Scope of a request; one that no listener marked is taken as TCP. */
export function scopeOf(message: IncomingMessage): RequestScope {
  return requestScope({
    transport: transports.get(message) ?? 'tcp',
    remoteAddress: message.socket.remoteAddress,
    headers: message.headers,
  });
}
