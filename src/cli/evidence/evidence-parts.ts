import { hostname, release, uptime } from 'node:os';
import { ExporterError } from '../../errors.ts';
import { PORTS_SCHEMA } from '../../http/api/ports-schema.ts';
import { STATUS_SCHEMA } from '../../http/api/status-schema.ts';
import type { Ask } from '../ask-exporter.ts';
import type { CommandLineIo } from '../command.ts';
import { ownersCsv } from '../inspect/csv-views.ts';
import type { Informant } from '../inspect/inspect.ts';
import { readAnswer } from '../inspect/read-answer.ts';

/** One file of the bundle; what is small and matters most comes first, so that the size limit cuts the rest. */
export interface EvidencePart {
  readonly name: string;
  /** @throws ExporterError when the informant does not tell it */
  readonly chunks: () => AsyncGenerator<string>;
}

/** Stuck ports at most; far more than a range has. */
const MOST_PORTS = 200_000;

/** The parts of the bundle, in the order they are written. */
export function evidenceParts({ ask, oneShot }: Informant, io: CommandLineIo): readonly EvidencePart[] {
  return [
    { name: 'versions.json', chunks: () => versions(io, oneShot) },
    { name: 'status.json', chunks: () => statusPart(ask, (status) => status) },
    { name: 'range.json', chunks: () => statusPart(ask, ({ ranges, pools, probes }) => ({ ranges, pools, probes })) },
    { name: 'owners.csv', chunks: () => owners(ask) },
    { name: 'config.json', chunks: () => config(ask) },
    { name: 'metrics.txt', chunks: () => text(ask, metricsPath(ask)) },
    // Without memory no port is stuck yet: then all of them.
    { name: 'ports.ndjson', chunks: () => ports(ask, oneShot ? 'life=true' : 'stuck=true&life=true') },
    { name: 'history.csv', chunks: () => text(ask, Promise.resolve('/api/v1/history.csv')) },
  ];
}

async function* versions({ build, wallMs }: CommandLineIo, oneShot: boolean): AsyncGenerator<string> {
  yield jsonText({
    takenAt: new Date(wallMs()).toISOString(),
    takenFrom: oneShot ? 'two readings of the host, no exporter' : 'the running exporter',
    host: hostname(),
    kernel: release(),
    uptimeSeconds: Math.round(uptime()),
    command: build,
  });
}

async function* statusPart(
  ask: Ask,
  pick: (status: ReturnType<typeof STATUS_SCHEMA.parse>) => unknown,
): AsyncGenerator<string> {
  yield jsonText(pick(await readAnswer(ask, '/api/v1/status', STATUS_SCHEMA)));
}

async function* owners(ask: Ask): AsyncGenerator<string> {
  yield ownersCsv((await readAnswer(ask, '/api/v1/status', STATUS_SCHEMA)).owners);
}

async function* config(ask: Ask): AsyncGenerator<string> {
  const { status, body } = await ask('/api/v1/config');
  if (status !== 200) throw refused('/api/v1/config', status);
  yield jsonText(JSON.parse(body));
}

async function* ports(ask: Ask, query: string): AsyncGenerator<string> {
  let cursor = '';
  for (let written = 0; written < MOST_PORTS; ) {
    const page = await readAnswer(ask, `/api/v1/ports?${query}&limit=200${cursor}`, PORTS_SCHEMA);
    yield page.ports.map((port) => `${JSON.stringify(port)}\n`).join('');
    written += page.ports.length;
    if (page.nextCursor === undefined) return;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

const LINES_AT_ONCE = 500;

/** In groups of lines, so that the size limit may cut between two. */
async function* text(ask: Ask, path: Promise<string>): AsyncGenerator<string> {
  const { status, body } = await ask(await path);
  if (status !== 200) throw refused(await path, status);
  const lines = body.split(/(?<=\n)/);
  for (let at = 0; at < lines.length; at += LINES_AT_ONCE) yield lines.slice(at, at + LINES_AT_ONCE).join('');
}

/** The path may have been moved by a flag of the exporter that this command was not given. */
async function metricsPath(ask: Ask): Promise<string> {
  const { status, body } = await ask('/api/v1/config');
  const path = status === 200 ? /"telemetryPath":"(\/[\w.~/-]*)"/.exec(body)?.[1] : undefined;
  return path ?? '/metrics';
}

function refused(path: string, status: number): ExporterError {
  return new ExporterError('EPH_API_ANSWER', `${path}: status ${status}`);
}

function jsonText(content: unknown): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
