import fc from 'fast-check';
import { readAnswer } from '../../../src/cli/inspect/read-answer.ts';
import { parseAccept } from '../../../src/http/accept.ts';
import { formatCursor, parseCursor } from '../../../src/http/api/port-cursor.ts';
import { HISTORY_CSV_QUERY, HISTORY_QUERY, JOURNEY_PATH, PORTS_QUERY } from '../../../src/http/api/queries.ts';
import { OWNERS_SCHEMA } from '../../../src/http/api/status-schema.ts';
import { escapeHtml } from '../../../src/http/escape-html.ts';
import { parseBasicCredentials } from '../../../src/http/guard/basic-credentials.ts';
import { subjectNames } from '../../../src/http/guard/client-certificate.ts';
import { parseListenAddress } from '../../../src/http/listen-address.ts';
import { acceptsGzip, negotiateFormat } from '../../../src/http/negotiate.ts';
import { isLoopbackAddress, requestScope } from '../../../src/http/request-scope.ts';
import { scrapeTimeoutMs } from '../../../src/http/scrape-timeout.ts';
import { type FuzzTarget, fuzzTarget } from './fuzz-target.ts';
import { mutatedJson, mutatedText } from './mutate.ts';

const ACCEPTS = [
  'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'gzip, deflate;q=0, identity;q="1"',
];
const CURSOR = formatCursor({ netns: 'host', protocol: 'tcp', port: 40_001 });
const ANSWERS = [{ details: true, takenAtMs: 1, owners: [] }, { error: { code: 'EPH_API_SCOPE', message: 'no' } }];
const QUERIES = [PORTS_QUERY, HISTORY_QUERY, HISTORY_CSV_QUERY, JOURNEY_PATH];
const QUERY = { process: 'a', unit: '-', netns: 'host', stuck: 'true', life: 'false', limit: '100', cursor: CURSOR };

/** What clients send, piece by piece, and what an exporter answers to `inspect`; whole requests are fuzz-requests.test.ts. */
export const HTTP_TARGETS: readonly FuzzTarget[] = [
  fuzzTarget('http/accept.ts parseAccept', mutatedText(ACCEPTS), parseAccept),
  fuzzTarget('http/negotiate.ts negotiateFormat', mutatedText(ACCEPTS), negotiateFormat),
  fuzzTarget('http/negotiate.ts acceptsGzip', mutatedText(ACCEPTS), acceptsGzip),
  fuzzTarget('http/scrape-timeout.ts scrapeTimeoutMs', mutatedText(['10', '0.5']), (text) => {
    const timeoutMs = scrapeTimeoutMs(text);
    if (!(timeoutMs > 0 && timeoutMs <= 60_000)) throw new TypeError(`a timeout of ${timeoutMs} ms`);
  }),
  fuzzTarget(
    'http/listen-address.ts parseListenAddress',
    mutatedText(['127.0.0.1:10071', '[::1]:1']),
    parseListenAddress,
  ),
  fuzzTarget(
    'http/api/port-cursor.ts parseCursor',
    fc.oneof(
      mutatedText([CURSOR]),
      mutatedJson([['host', 'tcp', 40_001]]).map((json) => Buffer.from(json).toString('base64url')),
    ),
    parseCursor,
  ),
  fuzzTarget(
    'http/api/queries.ts PORTS_QUERY',
    mutatedJson([QUERY, { state: 'bound,close_wait', hours: '24' }, { protocol: 'tcp', port: '40001' }]),
    (json) => QUERIES.map((schema) => schema.safeParse(JSON.parse(json))),
  ),
  fuzzTarget(
    'http/request-scope.ts requestScope',
    fc.tuple(mutatedText(['127.0.0.1', '::ffff:127.0.0.1', '::1']), mutatedText(['for=1.2.3.4', ''])),
    ([remoteAddress, forwarded]) =>
      requestScope({ transport: 'tcp', isAuthenticated: false, remoteAddress, headers: { forwarded } }),
  ),
  fuzzTarget(
    'http/request-scope.ts isLoopbackAddress',
    mutatedText(['127.0.0.1', '::ffff:127.0.0.1', '::1']),
    isLoopbackAddress,
  ),
  fuzzTarget(
    'http/guard/basic-credentials.ts parseBasicCredentials',
    mutatedText([`Basic ${Buffer.from('scraper:päss:word').toString('base64')}`]),
    parseBasicCredentials,
  ),
  fuzzTarget(
    'http/guard/client-certificate.ts subjectNames',
    mutatedText(['DNS:a.example, IP Address:fe80::1, URI:"spiffe://x, y", email:c@d']),
    subjectNames,
  ),
  fuzzTarget('http/escape-html.ts escapeHtml', mutatedText(['<a href="x">&\'']), escapeHtml),
  fuzzTarget(
    'cli/inspect/read-answer.ts readAnswer',
    fc.tuple(fc.constantFrom(200, 404, 500), mutatedJson(ANSWERS)),
    ([status, body]) => readAnswer(async () => ({ status, body }) as never, '/api/v1/owners', OWNERS_SCHEMA),
  ),
];
