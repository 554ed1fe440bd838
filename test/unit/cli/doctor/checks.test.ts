import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkClock } from '../../../../src/cli/doctor/clock-check.ts';
import { checkConfig } from '../../../../src/cli/doctor/config-check.ts';
import { checkLedger } from '../../../../src/cli/doctor/ledger-check.ts';
import { checkListen, type ListenOptions } from '../../../../src/cli/doctor/listen-check.ts';
import { checkListenRange } from '../../../../src/cli/doctor/listen-range-check.ts';
import { checkTextfile } from '../../../../src/cli/doctor/textfile-check.ts';
import { checkWebConfig } from '../../../../src/cli/doctor/web-config-check.ts';
import { sealBody } from '../../../../src/store/ledger-codec.ts';
import { makeCertificate } from '../../../helpers/make-certificate.ts';
import { DEFAULT_RANGES } from '../../../helpers/sample-builder.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 12);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eph-doctor-'));
});
afterEach(() => {
  chmodSync(root, 0o700);
  rmSync(root, { recursive: true });
});

describe('config', () => {
  test('is not needed', async () => {
    expect((await checkConfig('')).result).toBe('not_applicable');
  });

  test('that is good is counted', async () => {
    const file = join(root, 'good.yml');
    writeFileSync(file, 'process_names:\n  - name: worker\n    comm: worker.*\n');
    expect(await checkConfig(file)).toMatchObject({
      result: 'ok',
      why: expect.stringContaining('rules for names: 1, for owners: 0'),
    });
  });

  test('that breaks rules is told with every place, on one line', async () => {
    const file = join(root, 'bad.yml');
    writeFileSync(file, 'proces_names: []\nowners: 3\n');
    const { result, why } = await checkConfig(file);
    expect(result).toBe('failure');
    expect(why).toMatch(/EPH_CONFIG_INVALID: .*bad\.yml:1:1: .*; .*bad\.yml:2:9: /);
    expect(why).not.toContain('\n');
  });

  test('that is not there says so', async () => {
    expect(await checkConfig(join(root, 'none.yml'))).toMatchObject({
      result: 'failure',
      why: expect.stringContaining('EPH_CONFIG_UNREADABLE'),
    });
  });
});

describe('listen', () => {
  const open: Server[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });
  const check = (changes: Partial<ListenOptions>) =>
    checkListen({
      addresses: ['127.0.0.1:10071'],
      systemdSocket: false,
      isRunning: false,
      isRefused: false,
      platform: { listenerOf: async () => 'nginx (pid 12)' },
      ...changes,
    });
  const answering = (code: string) => ({ tryListen: async () => code });

  /** Takes a port for real. */
  const takePort = async (): Promise<number> => {
    const server = createServer();
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  };

  test('finds a port free that is, and taken that is', async () => {
    const port = await takePort();
    expect(await check({ addresses: [`127.0.0.1:${port}`] })).toMatchObject({
      result: 'failure',
      why: `127.0.0.1:${port} is taken by nginx (pid 12)`,
      remedy: 'choose another with --web.listen-address=:10072',
    });
    await new Promise((resolve) => open.splice(0)[0]?.close(resolve));
    expect(await check({ addresses: [`127.0.0.1:${port}`] })).toMatchObject({ result: 'ok' });
  });

  test('says how to find a taker that it may not see', async () => {
    const platform = { listenerOf: async () => '' };
    const { remedy } = await check({ ...answering('EADDRINUSE'), platform });
    expect(remedy).toMatch(/^ss -ltnp 'sport = :10071' as root/);
  });

  test('does not call a taker another program where it may be an exporter that cannot be asked', async () => {
    const platform = { listenerOf: async () => '' };
    const found = await check({ ...answering('EADDRINUSE'), platform, isRefused: true });
    expect(found).toMatchObject({ result: 'warning', remedy: expect.stringContaining('sudo') });
    expect((await check({ ...answering('EADDRINUSE'), isRefused: true })).why).toContain('nginx (pid 12)');
  });

  test.each([
    ['EADDRINUSE', 'ok'],
    ['', 'failure'],
  ])('of a running exporter: the port answers %j, %s', async (code, result) => {
    expect((await check({ ...answering(code), isRunning: true })).result).toBe(result);
  });

  test.each([
    ['EACCES', 'CAP_NET_BIND_SERVICE'],
    ['EADDRNOTAVAIL', 'ip address'],
  ])('%s is mended by %s', async (code, remedy) => {
    expect(await check(answering(code))).toMatchObject({ result: 'failure', remedy: expect.stringContaining(remedy) });
  });

  test('does not try port 0, which would take an ephemeral one', async () => {
    const tryListen = () => Promise.reject(new Error('tried'));
    expect((await check({ addresses: ['127.0.0.1:0'], tryListen })).result).toBe('ok');
  });

  test('has nothing to ask where no listener is wanted', async () => {
    expect((await check({ addresses: [], isRunning: true })).result).toBe('not_applicable');
  });

  test('leaves sockets of systemd alone', async () => {
    expect((await check({ systemdSocket: true })).result).toBe('not_applicable');
  });
});

describe('listen-range', () => {
  const platform = { reserveCommand: (port: number) => `reserve ${port}` };

  test.each([
    [[':10071'], 'ok', ''],
    [['127.0.0.1:40000'], 'warning', 'reserve 40000'],
    [[':10071', '[::1]:60999'], 'warning', 'reserve 60999'],
    [['127.0.0.1:0'], 'not_applicable', ''],
  ])('%j: %s', (addresses, result, remedy) => {
    expect(checkListenRange(addresses, DEFAULT_RANGES, platform)).toMatchObject({ result, remedy });
  });

  test('is content once the port is reserved for every family', () => {
    const excluded = [{ first: 40_000, last: 40_000 }];
    const reserved = DEFAULT_RANGES.map((range) => ({ ...range, excluded }));
    expect(checkListenRange([':40000'], reserved, platform).result).toBe('ok');
    const half = DEFAULT_RANGES.map((range) => (range.af === 'ipv4' ? { ...range, excluded } : range));
    expect(checkListenRange([':40000'], half, platform).result).toBe('warning');
  });

  test('cannot be judged without a range', () => {
    expect(checkListenRange([':40000'], [], platform).result).toBe('not_applicable');
  });
});

describe('ledger', () => {
  const check = () => checkLedger(root, Date.now());

  test('without a directory is forgotten', async () => {
    expect(await checkLedger('', NOW_MS)).toMatchObject({
      result: 'warning',
      remedy: expect.stringContaining('--ledger.path=/var/lib/ephemeral-port-exporter'),
    });
  });

  test('begins in an empty directory, or one that will be made', async () => {
    expect(await check()).toMatchObject({ result: 'ok', why: expect.stringContaining('no ledger in it yet') });
    const later = join(root, 'a/b');
    expect(await checkLedger(later, NOW_MS)).toMatchObject({ result: 'ok', why: `${later} will be made` });
  });

  test('that is whole tells its age', async () => {
    writeFileSync(join(root, 'ledger.bin'), sealBody(Buffer.from('packed')));
    expect(await check()).toMatchObject({
      result: 'ok',
      why: expect.stringMatching(/is whole, 1 kB, written \d+s ago$/),
    });
  });

  test.each([
    ['torn', (file: Buffer) => file.subarray(0, file.length - 1), 'damaged'],
    ['of another kind', () => Buffer.from('x'.repeat(100)), 'not a ledger file'],
    ['of a newer version', (file: Buffer) => Buffer.from(file).fill(9, 8, 9), 'newer version (9)'],
  ])('that is %s is a warning, and stays as it is', async (_what, spoil, why) => {
    const content = spoil(sealBody(Buffer.from('packed')));
    writeFileSync(join(root, 'ledger.bin'), content);
    expect(await check()).toMatchObject({ result: 'warning', why: expect.stringContaining(why) });
    expect(readdirSync(root)).toEqual(['ledger.bin']);
  });

  test('that cannot be read is a failure', async () => {
    mkdirSync(join(root, 'ledger.bin'));
    expect(await check()).toMatchObject({ result: 'failure', why: expect.stringContaining('cannot be read: EISDIR') });
  });

  test('cannot be kept where a file is in the way', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect((await checkLedger(join(file, 'ledger'), NOW_MS)).result).toBe('failure');
  });
});

test.each([
  [NOW_MS, 0, 'ok'],
  [NOW_MS, NOW_MS + 3_000, 'ok'],
  [NOW_MS, NOW_MS + 60_000, 'warning'],
  [Date.UTC(1970, 0, 1), 0, 'failure'],
])('a clock of %d, last sample %d: %s', (wallMs, latestMs, result) => {
  expect(checkClock(wallMs, latestMs).result).toBe(result);
});

describe('textfile', () => {
  const written = (agoMs: number): string => {
    const file = join(root, 'ports.prom');
    writeFileSync(file, 'a 1\n');
    utimesSync(file, (NOW_MS - agoMs) / 1000, (NOW_MS - agoMs) / 1000);
    return file;
  };

  test('that nobody asked for does not apply', async () => {
    expect((await checkTextfile('', true, NOW_MS)).result).toBe('not_applicable');
  });

  test.each([
    [15_000, true, 'ok'],
    [600_000, true, 'failure'],
    [600_000, false, 'warning'],
  ])('written %d ms ago, exporter running %s: %s', async (agoMs, isRunning, result) => {
    expect((await checkTextfile(written(agoMs), isRunning, NOW_MS)).result).toBe(result);
  });

  test('that is not there yet is missed only where an exporter runs', async () => {
    const file = join(root, 'ports.prom');
    expect((await checkTextfile(file, false, NOW_MS)).result).toBe('ok');
    expect((await checkTextfile(file, true, NOW_MS)).result).toBe('failure');
  });

  test('needs its directory, which is not made', async () => {
    expect(await checkTextfile(join(root, 'none/ports.prom'), false, NOW_MS)).toMatchObject({
      result: 'failure',
      remedy: expect.stringContaining(`install -d -m 755 -o USER ${join(root, 'none')}`),
    });
  });
});

describe('web-config', () => {
  const DAY_MS = 86_400_000;

  /** A file with TLS whose certificate ends in a day. */
  const withCertificate = (): string => {
    const { cert, key } = makeCertificate({ name: 'localhost' });
    writeFileSync(join(root, 'server.crt'), cert);
    writeFileSync(join(root, 'server.key'), key);
    const file = join(root, 'web.yml');
    writeFileSync(file, 'tls_server_config: {cert_file: server.crt, key_file: server.key}\n');
    return file;
  };

  test('is not needed', async () => {
    expect((await checkWebConfig('', NOW_MS)).result).toBe('not_applicable');
  });

  test.each([
    [-30, 'ok', 'the certificate holds for 30d 23h'],
    [0, 'warning', 'expires in 23h 59m'],
    [2, 'failure', 'expired at '],
  ])('with a certificate that ends in a day, seen %d days from now: %s', async (days, result, why) => {
    const found = await checkWebConfig(withCertificate(), Date.now() + days * DAY_MS);
    expect(found).toMatchObject({ result, why: expect.stringContaining(why) });
  });

  test('tells no key when it is wrong', async () => {
    const file = withCertificate();
    writeFileSync(join(root, 'server.key'), makeCertificate({ name: 'other' }).key);
    const found = await checkWebConfig(file, NOW_MS);
    expect(found).toMatchObject({ result: 'failure', why: expect.stringContaining('EPH_CONFIG_INVALID') });
    expect(JSON.stringify(found)).not.toContain('PRIVATE');
  });
});
