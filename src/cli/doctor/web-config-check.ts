import { X509Certificate } from 'node:crypto';
import { loadWebConfig } from '../../config/web/load-web-config.ts';
import type { WebConfig } from '../../config/web/web-config.ts';
import { type Finding, failure, notApplicable, ok, warning } from '../../platform/check.ts';
import { durationText, timeText } from '../inspect/quantities.ts';
import { withLoaded } from './config-check.ts';

/** Renewal by ACME leaves certificates of 90 days a month; who is below half of that has missed it. */
const EXPIRES_SOON_MS = 14 * 86_400_000;

/** Whether the web configuration file is a good one, and its certificate still is. */
export async function checkWebConfig(file: string, wallMs: number): Promise<Finding> {
  if (file === '') return notApplicable('no --web.config.file: plain HTTP, no password');
  return withLoaded(file, loadWebConfig, (config) => checkLoaded(file, config, wallMs));
}

function checkLoaded(file: string, { tls, users }: WebConfig, wallMs: number): Finding {
  const passwords = users.size === 0 ? 'no password' : `users: ${users.size}`;
  if (tls === undefined) return ok(`${file} is good; plain HTTP, ${passwords}`);
  const expiresMs = Date.parse(new X509Certificate(tls.cert).validTo);
  const remedy = 'renew the certificate; the exporter takes it up by itself';
  if (expiresMs <= wallMs) return failure(`the certificate of ${file} expired at ${timeText(expiresMs)}`, remedy);
  const left = durationText(expiresMs - wallMs);
  if (expiresMs - wallMs < EXPIRES_SOON_MS) return warning(`the certificate of ${file} expires in ${left}`, remedy);
  return ok(`${file} is good; TLS, ${passwords}, the certificate holds for ${left}`);
}
