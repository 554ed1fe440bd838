import { expect } from 'vitest';
import { ExporterError } from '../../src/errors.ts';
import { type HttpOptions, type HttpService, serveHttp } from '../../src/http/serve-http.ts';
import { SILENT_LOG } from '../../src/log.ts';
import { createFakeView, createGroup, createReport } from './exporter-view.ts';

/** Serves a fake exporter on a free loopback port, without a control socket, where the test says nothing else. */
export function serveFake(
  settings: Partial<HttpOptions['settings']> = {},
  changes: Partial<HttpOptions> = {},
): Promise<HttpService> {
  return serveHttp({
    view: createFakeView({ report: () => createReport([createGroup('leaky', 5)]) }),
    log: SILENT_LOG,
    env: {},
    pid: 1,
    ...changes,
    settings: {
      telemetryPath: '/metrics',
      maxRequests: 40,
      collectors: {} as HttpOptions['settings']['collectors'],
      listenAddresses: ['127.0.0.1:0'],
      systemdSocket: false,
      controlSocket: '',
      privacyRemotes: 'full',
      controlSocketRequired: false,
      ...settings,
    },
  });
}

/** The coded error that the attempt must end with. */
export async function failureOf(attempt: Promise<unknown>): Promise<ExporterError> {
  const error = await attempt.then(() => undefined).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExporterError);
  return error as ExporterError;
}
