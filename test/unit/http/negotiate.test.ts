import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccept } from '../../../src/http/accept.ts';
import { acceptsGzip, negotiateFormat } from '../../../src/http/negotiate.ts';

const OPENMETRICS = 'application/openmetrics-text';

test.each([
  [undefined, 'text'],
  ['', 'text'],
  ['*/*', 'text'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
  ['text/plain', 'text'],
  ['text/plain;version=0.0.4', 'text'],
  [OPENMETRICS, 'openmetrics'],
  [`${OPENMETRICS}; version=1.0.0; charset=utf-8`, 'openmetrics'],
  [`${OPENMETRICS};version="1.0.0"`, 'openmetrics'],
  ['APPLICATION/OpenMetrics-Text; VERSION=1.0.0', 'openmetrics'],
  [`${OPENMETRICS};version=0.0.1`, 'text'],
  [`${OPENMETRICS};version=2.0.0;q=0.9,text/plain;q=0.1`, 'text'],
  [`text/plain;q=0.5,${OPENMETRICS};q=0.6`, 'openmetrics'],
  [`text/plain;q=0.6,${OPENMETRICS};q=0.5`, 'text'],
  [`text/plain,${OPENMETRICS}`, 'text'],
  [`${OPENMETRICS},text/plain`, 'openmetrics'],
  [`${OPENMETRICS};q=0`, 'text'],
  [`${OPENMETRICS};q=nonsense,text/plain;q=0.1`, 'text'],
  [`${OPENMETRICS};q=1.5`, 'text'],
  [`text/plain;q=0,${OPENMETRICS};q=0.001`, 'openmetrics'],
  [`*/*;q=0.9,${OPENMETRICS};q=0.8`, 'text'],
  ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited', 'text'],
  // Prometheus 2.42
  [
    `${OPENMETRICS};version=1.0.0,${OPENMETRICS};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    'openmetrics',
  ],
  // Prometheus 3
  [
    `${OPENMETRICS};version=1.0.0;escaping=allow-utf-8;q=0.6,${OPENMETRICS};version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    'openmetrics',
  ],
  // Prometheus told to prefer its own text format
  ['text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2', 'text'],
])('Accept %j gets %s', (accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});

test.each([
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['GZIP', true],
  ['x-gzip', true],
  ['deflate, gzip;q=0.5, br', true],
  ['gzip;q=0', false],
  ['gzip;q=0, *', false],
  ['*', true],
  ['*;q=0', false],
  ['identity', false],
  ['gzipped', false],
])('Accept-Encoding %j allows gzip: %s', (header, allowed) => {
  expect(acceptsGzip(header)).toBe(allowed);
});

test('any header is read, with qualities from 0 to 1 and no more than 32 entries', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abq=;,./* "01\t') });
  fc.assert(
    fc.property(text, (header) => {
      const entries = parseAccept(header);
      for (const { quality } of entries) expect(quality >= 0 && quality <= 1).toBe(true);
    }),
  );
  expect(parseAccept('a,'.repeat(1000))).toHaveLength(32);
});
