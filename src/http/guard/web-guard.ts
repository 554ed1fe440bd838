import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebConfig } from '../../config/web/web-config.ts';
import { namesForeignHost } from '../request-scope.ts';
import { sendText } from '../send-text.ts';
import { arrivalOf, markAuthenticated } from '../transport.ts';
import { parseBasicCredentials } from './basic-credentials.ts';
import type { PasswordCheck } from './password-check.ts';
import type { RateLimiter } from './rate-limiter.ts';

export interface WebGuardOptions {
  readonly web: () => WebConfig;
  readonly passwords: PasswordCheck;
  readonly limiter: RateLimiter;
}

/** Asked before every request, known path or not: returns once it may go on, or has sent its refusal. */
export type WebGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** What the web configuration in force asks of requests over TCP, health routes included; the control socket has its mode. */
export function createWebGuard({ web, passwords, limiter }: WebGuardOptions): WebGuard {
  return async (request, reply) => {
    const { transport, isVerifiedClient } = arrivalOf(request.raw);
    if (transport === 'control') return;
    const { users, headers, rateLimit } = web();
    reply.headers(headers);
    if (!limiter.take(rateLimit)) return void sendText(reply, 429, 'too many requests; rate_limit says how many');
    if (users.size > 0) {
      const given = parseBasicCredentials(request.headers.authorization);
      const verdict = given === undefined ? 'wrong' : await passwords.check(users, given.name, given.password);
      if (verdict === 'busy') {
        return void sendText(reply.header('retry-after', '1'), 503, 'too many passwords to check, try again later');
      }
      if (verdict === 'wrong') {
        reply.header('www-authenticate', 'Basic realm="ephemeral-port-exporter", charset="UTF-8"');
        return void sendText(reply, 401, 'unauthorized');
      }
    }
    if (users.size > 0 || isVerifiedClient) return markAuthenticated(request.raw);
    if (transport === 'loopback' && namesForeignHost(request.raw.headers)) {
      const reason = 'this address is for the host itself; name it localhost, or use authentication';
      return void sendText(reply, 421, reason);
    }
  };
}
