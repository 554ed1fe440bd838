import type { FastifyInstance } from 'fastify';
import type { ExporterView } from '../../src/http/exporter-view.ts';
import { createWebApp } from '../../src/http/web-app.ts';
import { SILENT_LOG } from '../../src/log.ts';
import type { LedgerView } from '../../src/model/ledger-view.ts';
import type { Report } from '../../src/model/report.ts';
import { createFakeView } from './exporter-view.ts';
import { createFakeLedger } from './fake-ledger.ts';

/** Who asks: this host over loopback, or another one. */
export type Asker = 'here' | 'elsewhere';

/** The web app over a report and a ledger that a test made up. */
export interface ApiStage {
  readonly app: FastifyInstance;
  get(url: string, asker?: Asker): Promise<{ status: number; type: string; body: string; json: () => unknown }>;
}

export async function openApi(
  report: Report | undefined,
  ledger: Partial<LedgerView> = {},
  changes: Partial<ExporterView> = {},
): Promise<ApiStage> {
  const view = createFakeView({
    report: () => report,
    ledger: async (work) => work(createFakeLedger(ledger)),
    ...changes,
  });
  const settings = {
    telemetryPath: '/metrics',
    maxRequests: 40,
    collectors: {} as never,
    privacyRemotes: 'full',
  } as const;
  const app = await createWebApp({ view, settings, log: SILENT_LOG });
  return {
    app,
    async get(url, asker = 'here') {
      const remoteAddress = asker === 'here' ? '127.0.0.1' : '192.0.2.7';
      const answer = await app.inject({ url, remoteAddress, headers: { host: 'localhost' } });
      return {
        status: answer.statusCode,
        type: String(answer.headers['content-type']),
        body: answer.body,
        json: () => answer.json() as unknown,
      };
    },
  };
}

/** Names that a process may give itself to hurt whoever reads them. */
export const HOSTILE_NAMES: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '=cmd|" /C calc"!A0',
  '"; DROP TABLE x; --',
  '../../../etc/passwd',
  'a\r\nSet-Cookie: x=1',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202egnp.exe',
  '💥'.repeat(16),
  '%00%2f?x=1#y',
  '@SUM(1)',
];
