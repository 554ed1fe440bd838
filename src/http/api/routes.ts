import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import type { GroupKey } from '../../model/ledger-view.ts';
import type { ExporterView } from '../exporter-view.ts';
import { maySeeDetails } from '../request-scope.ts';
import { scopeOf } from '../transport.ts';
import { buildHistory } from './build-history.ts';
import { buildOwnersAnswer, buildStatus } from './build-status.ts';
import { historyCsv } from './history-csv.ts';
import { listPorts, tellJourney } from './list-ports.ts';
import { NO_UNIT } from './paths.ts';
import { parseCursor } from './port-cursor.ts';
import type { ErrorAnswer } from './ports-schema.ts';
import { HISTORY_CSV_QUERY, HISTORY_QUERY, JOURNEY_PATH, PORTS_QUERY } from './queries.ts';

type Privacy = 'full' | 'class';
type MayTell = (request: FastifyRequest) => boolean;

/** Everything under `/api/v1`; docs/api.md is the contract. */
export function addApiRoutes(app: FastifyInstance, view: ExporterView, privacy: Privacy): void {
  const mayTell: MayTell = (request) => maySeeDetails(scopeOf(request.raw), privacy);
  app.get('/api/v1/status', async (request, reply) => {
    const details = mayTell(request);
    return reply.send(await view.ledger((ledger) => buildStatus(view.report(), ledger, view.facts(), details)));
  });
  app.get('/api/v1/owners', async (request, reply) => {
    const details = mayTell(request);
    return reply.send(await view.ledger((ledger) => buildOwnersAnswer(view.report(), ledger, details)));
  });
  app.get('/api/v1/owners/:netns/:process/:unit/history', async (request, reply) => {
    const query = HISTORY_QUERY.safeParse(request.query);
    if (!query.success) return refuse(reply, query.error);
    const { netns = '', process = '', unit = '' } = request.params as Partial<GroupKey>;
    const group = { netns, process, unit: unit === NO_UNIT ? '' : unit };
    const { state } = query.data;
    const hours = hoursOf(view, query.data.hours);
    const answer = await view.ledger((ledger) => buildHistory(ledger, group, { hours, states: state }, nowOf(view)));
    return answer === undefined
      ? fail(reply, 404, 'EPH_API_NOT_FOUND', 'no such owner has a history')
      : reply.send(answer);
  });
  app.get('/api/v1/history.csv', async (request, reply) => {
    const query = HISTORY_CSV_QUERY.safeParse(request.query);
    if (!query.success) return refuse(reply, query.error);
    const hours = hoursOf(view, query.data.hours);
    const csv = historyCsv({ ledger: (work) => view.ledger(work), ...query.data, hours, nowMs: nowOf(view) });
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="ephemeral-ports.csv"')
      .send(Readable.from(csv));
  });
  addPortRoutes(app, view, mayTell);
}

/** Routes about single ports: addresses and pids, which not everybody may see. */
function addPortRoutes(app: FastifyInstance, view: ExporterView, mayTell: MayTell): void {
  app.get('/api/v1/ports', async (request, reply) => {
    if (!mayTell(request)) return refuseScope(reply);
    const query = PORTS_QUERY.safeParse(request.query);
    if (!query.success) return refuse(reply, query.error);
    const { limit, cursor, life, ...filter } = query.data;
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    if (cursor !== undefined && after === undefined)
      return fail(reply, 400, 'EPH_API_REQUEST', 'cursor is none of ours');
    const page = { limit, lifeLines: life, ...(after && { after }) };
    const answer = await view.ledger((ledger) => listPorts(ledger, filter, page));
    if (answer !== undefined) return reply.send(answer);
    return fail(reply, 400, 'EPH_API_REQUEST', 'the namespace of the cursor is no more; begin again without cursor');
  });
  app.get('/api/v1/ports/:protocol/:port', async (request, reply) => {
    if (!mayTell(request)) return refuseScope(reply);
    const path = JOURNEY_PATH.safeParse(request.params);
    if (!path.success) return refuse(reply, path.error);
    const { protocol, port } = path.data;
    const answer = await view.ledger((ledger) => tellJourney(ledger, protocol, port));
    if (answer.journeys.length > 0) return reply.send(answer);
    return fail(
      reply,
      404,
      'EPH_API_NOT_FOUND',
      `${protocol} port ${port} is not used, and nothing is remembered of it`,
    );
  });
  app.get('/api/v1/config', async (request, reply) => {
    return mayTell(request) ? reply.send(view.config()) : refuseScope(reply);
  });
}

/** Histories end with the last sample: of a replay or a stopped sampler, too. */
function nowOf(view: ExporterView): number {
  return view.report()?.takenAtMs ?? 0;
}

/** A ledger younger than what is asked for has it all in finer steps. */
function hoursOf(view: ExporterView, asked: number): number {
  const ageHours = Math.ceil((nowOf(view) - (view.report()?.ledgerStartMs ?? 0)) / 3_600_000);
  return Math.max(1, Math.min(asked, ageHours));
}

function refuse(reply: FastifyReply, { issues }: z.ZodError): FastifyReply {
  const told = issues.slice(0, 5).map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return fail(reply, 400, 'EPH_API_REQUEST', told.join('; ').slice(0, 500));
}

function refuseScope(reply: FastifyReply): FastifyReply {
  return fail(reply, 403, 'EPH_API_SCOPE', ERROR_CODES.EPH_API_SCOPE);
}

function fail(reply: FastifyReply, status: number, code: ErrorCode, message: string): FastifyReply {
  const answer: ErrorAnswer = { error: { code, message } };
  return reply.code(status).send(answer);
}
