import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBuildFacts } from '../../../src/cli/build-facts.ts';
import type { CommandContext } from '../../../src/cli/command.ts';
import { createCommands } from '../../../src/cli/commands.ts';
import { FLAGS } from '../../../src/cli/flags.ts';
import { runCommandLine } from '../../../src/cli/run.ts';
import { ExporterError } from '../../../src/errors.ts';
import { createFakeIo } from '../../helpers/command-line.ts';

const serveNothing = createCommands(async () => 0);

test('serves when no command is named, and the exit code is the command’s', async () => {
  const served: CommandContext[] = [];
  const commands = createCommands(async (context) => {
    served.push(context);
    return 7;
  });
  const io = createFakeIo();
  expect(await runCommandLine(['--log.level=warn'], io, commands)).toBe(7);
  expect(await runCommandLine(['serve', '--log.format=json'], io, commands)).toBe(7);
  expect(served.map(({ settings }) => [settings.logLevel, settings.logFormat])).toEqual([
    ['warn', 'logfmt'],
    ['info', 'json'],
  ]);
  served[1]?.log.info('hello', { port: 1 });
  expect(io.err).toBe('{"time":"1970-01-01T00:00:00.000Z","level":"info","msg":"hello","port":1}\n');
});

test('help lists every command and flag on standard output', async () => {
  const io = createFakeIo();
  expect(await runCommandLine(['--help'], io, serveNothing)).toBe(0);
  for (const { name, placeholder } of FLAGS)
    expect(io.out).toContain(placeholder ? `${name}=` : `[no-]${name.slice(2)}`);
  for (const name of ['serve', 'healthcheck']) expect(io.out).toContain(`\n  ${name} `);
  expect(Math.max(...io.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  expect(io.err).toBe('');
});

test('the version is told in the shape of the Prometheus tools', async () => {
  const io = createFakeIo();
  expect(await runCommandLine(['--version'], io, serveNothing)).toBe(0);
  expect(io.out).toBe(
    'ephemeral-port-exporter, version 1.2.3 (revision: abc)\n  node version:     v20.20.2\n  platform:         linux/x64\n',
  );
  expect(readBuildFacts().version).toMatch(/^\d+\.\d+\.\d+/);
});

test.each([
  [['--nonsense'], 'EPH_USAGE: unknown flag "--nonsense"'],
  [['healthchek'], 'EPH_USAGE: unknown command "healthchek"; did you mean healthcheck?'],
  [['toString'], 'EPH_USAGE: unknown command "toString"; there are serve, healthcheck'],
])('%j ends with code 2 and one line without a stack', async (argv, message) => {
  const io = createFakeIo();
  expect(await runCommandLine(argv, io, serveNothing)).toBe(2);
  expect(io.err.startsWith(`ephemeral-port-exporter: ${message}`)).toBe(true);
  expect(io.err.trimEnd()).not.toContain('\n');
});

test('a failure that a person can act on ends with code 1 and its code; any other asks for a report', async () => {
  const io = createFakeIo();
  const failing = (error: Error) => createCommands(() => Promise.reject(error));
  expect(await runCommandLine([], io, failing(new ExporterError('EPH_LISTEN', 'port taken')))).toBe(1);
  expect(io.err).toBe('ephemeral-port-exporter: EPH_LISTEN: port taken\n');
  expect(await runCommandLine([], io, failing(new ExporterError('EPH_CONFIG_INVALID', 'c:1:1: a\nc:2:1: b')))).toBe(1);
  expect(io.err).toContain('ephemeral-port-exporter: EPH_CONFIG_INVALID:\nc:1:1: a\nc:2:1: b\n');
  expect(await runCommandLine([], io, failing(new TypeError('odd')))).toBe(1);
  expect(io.err).toContain('please report it: TypeError: odd');
});

test('a log file gets the lines and the reason of an early end, and other commands leave it alone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-log-'));
  const path = join(directory, 'exporter.log');
  const io = createFakeIo();
  const commands = createCommands(async ({ log }) => {
    log.info('listening');
    throw new ExporterError('EPH_LISTEN', 'port taken');
  });
  await runCommandLine(['healthcheck', `--log.file=${path}`], io, commands);
  expect(existsSync(path)).toBe(false);
  io.err = '';
  expect(await runCommandLine([`--log.file=${path}`], io, commands)).toBe(1);
  expect(io.err).toBe('ephemeral-port-exporter: EPH_LISTEN: port taken\n');
  expect(readFileSync(path, 'utf8')).toMatch(
    / msg=listening\n.* level=error msg=ended error="EPH_LISTEN: port taken"\n$/,
  );
  rmSync(directory, { recursive: true });
});

test('a log that cannot be written where it was asked for is refused before anything starts', async () => {
  let started = false;
  const commands = createCommands(async () => {
    started = true;
    return 0;
  });
  const io = createFakeIo();
  expect(await runCommandLine(['--log.file=/nonexistent/exporter.log'], io, commands)).toBe(1);
  expect(io.err).toContain('EPH_LOG_WRITE: --log.file: ENOENT');
  expect(started).toBe(false);
});

test('a log on standard output goes there alone', async () => {
  const io = createFakeIo();
  const commands = createCommands(async ({ log }) => {
    log.warn('here');
    return 0;
  });
  expect(await runCommandLine(['--log.file=stdout'], io, commands)).toBe(0);
  expect([io.out, io.err]).toEqual(['time=1970-01-01T00:00:00.000Z level=warn msg=here\n', '']);
});

test('the health check asks the control socket and passes its answer on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-health-'));
  const path = join(directory, 'control.sock');
  let status = 200;
  const server = createServer((request, response) => response.writeHead(status).end(`${request.url} ${status}\n`));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const io = createFakeIo({ env: { RUNTIME_DIRECTORY: directory } });
  expect(await runCommandLine(['healthcheck'], io, serveNothing)).toBe(0);
  status = 503;
  expect(await runCommandLine(['healthcheck', `--web.control-socket=${path}`], io, serveNothing)).toBe(1);
  expect([io.out, io.err]).toEqual(['/-/healthy 200\n', '/-/healthy 503\n']);
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

test('the health check says so when no exporter runs', async () => {
  const io = createFakeIo({ env: { XDG_RUNTIME_DIR: '/nonexistent' }, uid: 5 });
  expect(await runCommandLine(['healthcheck', '--web.control-socket=/nonexistent/c.sock'], io, serveNothing)).toBe(1);
  expect(io.err).toContain('EPH_NOT_RUNNING: no answer from the control socket /nonexistent/c.sock: it does not exist');
});
