import { readOnce } from '../../app/read-once.ts';
import { ExporterError } from '../../errors.ts';
import { JOURNEY_SCHEMA } from '../../http/api/ports-schema.ts';
import { STATUS_SCHEMA } from '../../http/api/status-schema.ts';
import { createWebApp } from '../../http/web-app.ts';
import { type Ask, createAsk } from '../ask-exporter.ts';
import type { Command, CommandContext } from '../command.ts';
import { journeyCsv, ownersCsv, portsCsv } from './csv-views.ts';
import { INSPECT_FLAGS, type InspectOptions, readInspectOptions } from './inspect-options.ts';
import { renderOverview } from './overview.ts';
import { renderJourney, renderStuckPorts } from './port-views.ts';
import { readAnswer, readPorts } from './read-answer.ts';
import { createStyle } from './terminal-style.ts';

const TIMEOUT_MS = 15_000;

/** Who answers: the exporter that runs, or this process after two readings of its own. */
export interface Informant {
  readonly ask: Ask;
  /** True when it has read the host only now: no age is known. */
  readonly oneShot: boolean;
}

export const inspectCommand: Command = {
  summary:
    'Show who holds the ports, how fast they go and what to think of it; asks the running exporter, else reads the host.',
  flags: INSPECT_FLAGS,
  async run(context) {
    const options = readInspectOptions(context.given);
    return inspect(context, options, await findInformant(context, options));
  },
};

/**
 * The running exporter if it answers, else this process.
 * @throws ExporterError when neither can tell anything
 */
export async function findInformant(
  context: CommandContext,
  { oneShot, waitMs }: Pick<InspectOptions, 'oneShot' | 'waitMs'>,
): Promise<Informant> {
  const { settings, io, log } = context;
  if (!oneShot) {
    const ask = createAsk(context, TIMEOUT_MS);
    try {
      await ask('/-/ready');
      return { ask, oneShot: false };
    } catch (error) {
      // Who names a socket wants that exporter and no other answer.
      if (!(error instanceof ExporterError) || settings.controlSocketRequired) throw error;
      log.warn('no exporter answers; the host is read now', { reason: error.message });
    }
  }
  const warn = (message: string): void => log.warn(message);
  const view = await readOnce({ settings, build: io.build, warn, waitMs, wallMs: io.wallMs });
  const app = await createWebApp({ view, settings: { ...settings, privacyRemotes: 'full' }, log });
  return {
    oneShot: true,
    async ask(url) {
      const { statusCode, body } = await app.inject({ url, headers: { host: 'localhost' } });
      return { status: statusCode, body };
    },
  };
}

/**
 * Prints what was asked for; exit code 0.
 * @throws ExporterError EPH_API_NOT_FOUND for a port that nothing is known of, EPH_API_ANSWER, EPH_NOT_RUNNING
 */
export async function inspect(context: CommandContext, options: InspectOptions, informant: Informant): Promise<number> {
  const text = options.port > 0 ? inspectPort : options.process === '' ? inspectHost : inspectProcess;
  context.io.stdout(await text(context, options, informant));
  return 0;
}

async function inspectHost(
  { io }: CommandContext,
  options: InspectOptions,
  { ask, oneShot }: Informant,
): Promise<string> {
  const status = await readAnswer(ask, '/api/v1/status', STATUS_SCHEMA);
  if (options.format === 'json') return jsonText(status);
  if (options.format === 'csv') return ownersCsv(status.owners);
  return renderOverview(status, { limit: options.limit, oneShot }, createStyle(io));
}

async function inspectProcess({ io }: CommandContext, options: InspectOptions, { ask }: Informant): Promise<string> {
  const query = `process=${encodeURIComponent(options.process)}&stuck=true&life=true`;
  const list = await readPorts(ask, query, options.limit);
  if (options.format === 'json') return jsonText(list);
  if (options.format === 'csv') return portsCsv(list.ports);
  return renderStuckPorts(options.process, list, createStyle(io));
}

async function inspectPort({ io }: CommandContext, options: InspectOptions, { ask }: Informant): Promise<string> {
  const journey = await readAnswer(ask, `/api/v1/ports/${options.protocol}/${options.port}`, JOURNEY_SCHEMA);
  if (options.format === 'json') return jsonText(journey);
  if (options.format === 'csv') return journeyCsv(journey);
  return renderJourney(journey, createStyle(io));
}

function jsonText(content: unknown): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
