/** @import { StatusAnswer } from '../../api/status-schema.ts' */
/** @import { HistoryAnswer, JourneyAnswer, PortsAnswer } from '../../api/ports-schema.ts' */
import { escapePart } from './route.js';

const TIMEOUT_MS = 10_000;

/** Stands for the empty unit in a path of the API. */
const NO_UNIT = '-';

/** @returns {Promise<StatusAnswer>} */
export function fetchStatus() {
  return ask('api/v1/status');
}

/**
 * @param {{ readonly netns: string, readonly process: string, readonly unit: string }} owner
 * @param {number} hours
 * @returns {Promise<HistoryAnswer>}
 */
export function fetchHistory({ netns, process, unit }, hours) {
  const path = [netns, process, unit === '' ? NO_UNIT : unit].map(escapePart).join('/');
  return ask(`api/v1/owners/${path}/history?hours=${hours}`);
}

/**
 * @param {{ readonly netns: string, readonly process: string, readonly unit: string }} owner
 * @param {{ readonly stuck: boolean, readonly limit: number }} what
 * @returns {Promise<PortsAnswer>}
 */
export function fetchPorts({ netns, process, unit }, { stuck, limit }) {
  const query = { netns, process, unit, stuck: String(stuck), limit: String(limit) };
  return ask(`api/v1/ports?${new URLSearchParams(query)}`);
}

/**
 * @param {string} protocol
 * @param {number} port
 * @returns {Promise<JourneyAnswer>}
 */
export function fetchJourney(protocol, port) {
  return ask(`api/v1/ports/${escapePart(protocol)}/${port}`);
}

/**
 * @param {string} path
 * @returns {Promise<any>} Our own server answers; its schema is held by its tests.
 */
async function ask(path) {
  const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error) => {
    throw new Error(`no answer: ${error.message}`);
  });
  const body = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  throw new Error(body?.error?.message ?? `the exporter answered ${response.status}`);
}
