import type { Settings } from '../../config/settings.ts';
import { ExporterError } from '../../errors.ts';
import { STATUS_SCHEMA, type StatusAnswer } from '../../http/api/status-schema.ts';
import { type Ask, createAsk } from '../ask-exporter.ts';
import type { CommandContext } from '../command.ts';
import { readAnswer } from '../inspect/read-answer.ts';

const TIMEOUT_MS = 5000;

/** The exporter that answers on the control socket. */
export interface RunningExporter {
  readonly settings: Settings;
  readonly status: StatusAnswer;
  /** Answer of `/-/healthy`. */
  readonly healthy: boolean;
  readonly health: string;
}

/** Nobody answers, or not so that it is understood. */
export interface NoExporter {
  readonly error: ExporterError;
}

/** Asks the running exporter for all that the checks want of it; never throws for one that does not answer. */
export async function findRunningExporter(context: CommandContext): Promise<RunningExporter | NoExporter> {
  const ask = createAsk(context, TIMEOUT_MS);
  try {
    const { status: code, body } = await ask('/-/healthy');
    const status = await readAnswer(ask, '/api/v1/status', STATUS_SCHEMA);
    const settings = { ...context.settings, ...(await readSettings(ask, context.settings)) };
    return { settings, status, healthy: code === 200, health: body.trim() };
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    return { error };
  }
}

/** Settings in use, as far as this version knows them. */
async function readSettings(ask: Ask, own: Settings): Promise<Partial<Settings>> {
  const { status, body } = await ask('/api/v1/config');
  const content: unknown = status === 200 ? JSON.parse(body) : undefined;
  const told = Object(Reflect.get(Object(content), 'settings')) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(own).flatMap(([key, value]) => (typeof told[key] === typeof value ? [[key, told[key]]] : [])),
  );
}
