import type { z } from 'zod';
import { ERROR_CODES, type ErrorCode, ExporterError } from '../../errors.ts';
import { ERROR_SCHEMA, PORTS_SCHEMA, type PortAnswer } from '../../http/api/ports-schema.ts';
import type { Ask } from '../ask-exporter.ts';

/**
 * The answer to a GET, checked.
 * @throws ExporterError with the code that the API gave; EPH_API_ANSWER when the answer cannot be understood.
 */
export async function readAnswer<T>(ask: Ask, path: string, schema: z.ZodType<T>): Promise<T> {
  const { status, body } = await ask(path);
  const content = parseJson(body);
  if (status !== 200) throw refusal(status, path, content);
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') ?? '';
  throw new ExporterError('EPH_API_ANSWER', `${path}: ${ERROR_CODES.EPH_API_ANSWER} (at ${where || 'the top'})`);
}

export interface PortList {
  readonly takenAtMs: number;
  /** Ports that match; more than `ports` where a limit was set. */
  readonly total: number;
  readonly ports: readonly PortAnswer[];
}

/** Ports page after page until there are `limit` (0: all), with how many there are. */
export async function readPorts(ask: Ask, query: string, limit: number): Promise<PortList> {
  const ports: PortAnswer[] = [];
  let cursor = '';
  for (;;) {
    const size = limit === 0 ? 200 : Math.min(200, limit - ports.length);
    const page = await readAnswer(ask, `/api/v1/ports?${query}&limit=${size}${cursor}`, PORTS_SCHEMA);
    ports.push(...page.ports);
    const isFull = limit > 0 && ports.length >= limit;
    if (page.nextCursor === undefined || isFull) return { takenAtMs: page.takenAtMs, total: page.total, ports };
    cursor = `&cursor=${page.nextCursor}`;
  }
}

function refusal(status: number, path: string, content: unknown): ExporterError {
  const result = ERROR_SCHEMA.safeParse(content);
  if (!result.success) {
    return new ExporterError('EPH_API_ANSWER', `${path}: status ${status}; ${ERROR_CODES.EPH_API_ANSWER}`);
  }
  const { code, message } = result.data.error;
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'EPH_API_ANSWER';
  return new ExporterError(known, message);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
