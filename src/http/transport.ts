import type { IncomingMessage } from 'node:http';
import { type RequestScope, requestScope, type Transport } from './request-scope.ts';

/** How a request came in. */
export interface Arrival {
  readonly transport: Transport;
  /** The client has proven who it is with a certificate. */
  readonly isVerifiedClient: boolean;
}

const UNKNOWN: Arrival = { transport: 'tcp', isVerifiedClient: false };
const arrivals = new WeakMap<IncomingMessage, Arrival>();
const authenticated = new WeakSet<IncomingMessage>();

/** Notes how a request came in; the listeners call it, nobody else can. */
export function markArrival(message: IncomingMessage, arrival: Arrival): void {
  arrivals.set(message, arrival);
}

/** One that no listener marked is taken as TCP. */
export function arrivalOf(message: IncomingMessage): Arrival {
  return arrivals.get(message) ?? UNKNOWN;
}

/** Notes that who asks has proven who it is. */
export function markAuthenticated(message: IncomingMessage): void {
  authenticated.add(message);
}

/** Scope of a request, once it has passed the guard. */
export function scopeOf(message: IncomingMessage): RequestScope {
  return requestScope({
    transport: arrivalOf(message).transport,
    isAuthenticated: authenticated.has(message),
    remoteAddress: message.socket.remoteAddress,
    headers: message.headers,
  });
}
