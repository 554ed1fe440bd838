import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import { ExporterError } from '../../errors.ts';
import { STATUS_SCHEMA, type StatusAnswer } from '../../http/api/status-schema.ts';
import { type Ask, createAsk } from '../ask-exporter.ts';
import type { CommandContext } from '../command.ts';
import { readAnswer } from '../inspect/read-answer.ts';
import { parseFlags } from '../parse-flags.ts';

const TIMEOUT_MS = 5000;

/** The exporter that answers on the control socket. */
export interface RunningExporter {
  /** Those in use, but for what this command line says otherwise: a new config file can be tried before a reload. */
  readonly settings: Settings;
  readonly status: StatusAnswer;
  /** Answer of `/-/healthy`. */
  readonly healthy: boolean;
  readonly health: string;
}

/** Nobody answers, or not so that it is understood. */
export interface NoExporter {
  readonly error: ExporterError;
  /** There may be one, but this user may not ask it. */
  readonly isRefused: boolean;
}

/** Asks the running exporter for all that the checks want of it; never throws for one that does not answer. */
export async function findRunningExporter(context: CommandContext): Promise<RunningExporter | NoExporter> {
  const ask = createAsk(context, TIMEOUT_MS);
  try {
    const { status: code, body } = await ask('/-/healthy');
    const status = await readAnswer(ask, '/api/v1/status', STATUS_SCHEMA);
    const settings = { ...(await readSettings(ask, context.settings)), ...givenSettings(context) };
    return { settings, status, healthy: code === 200, health: body.trim() };
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    return { error, isRefused: error.message.includes('permission denied') };
  }
}

const CONFIG_SCHEMA = z.object({ settings: z.record(z.string(), z.unknown()) });

/** Settings in use, as far as this version knows them: the exporter may be of another. */
async function readSettings(ask: Ask, own: Settings): Promise<Settings> {
  const { settings } = await readAnswer(ask, '/api/v1/config', CONFIG_SCHEMA);
  const known = Object.entries(own).map(([key, value]) => [
    key,
    typeof settings[key] === typeof value ? settings[key] : value,
  ]);
  return Object.fromEntries(known) as Settings;
}

/** What the command line decides otherwise than by default. */
function givenSettings({ settings, io }: CommandContext): Partial<Settings> {
  const defaults: Readonly<Record<string, unknown>> = { ...parseFlags([], io).settings };
  const isGiven = ([key, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(defaults[key]);
  return Object.fromEntries(Object.entries(settings).filter(isGiven));
}
