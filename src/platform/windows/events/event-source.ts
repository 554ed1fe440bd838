import type { RunCommand } from '../run-command.ts';
import { EVENTS_PER_QUERY, watchedXpath } from './event-counter.ts';
import { readSystemEvents } from './event-log.ts';
import { decodeEventOutput, type LogEvent, parseEventXml } from './event-xml.ts';
import type { QueryEvents } from './wevtapi.ts';

const TIMEOUT_MS = 20_000;

export interface EventSource {
  /** Name for `exporter_source_info`. */
  readonly name: string;
  /** The newest watched events of the System log, others may be among them. @throws ExporterError */
  read(): Promise<readonly LogEvent[]>;
}

export function nativeEvents(queryEvents: QueryEvents): EventSource {
  return { name: 'wevtapi', read: async () => readSystemEvents(queryEvents) };
}

/**
 * By wevtutil. It prints nothing for "none", as a broken one does: the newest event of any kind is asked for first, which
 * every System log has, and asked for again among the watched ones.
 */
export function wevtutilEvents(run: RunCommand): EventSource {
  const query = async (count: number, xpath: string): Promise<LogEvent[]> => {
    const args = ['qe', 'System', '/f:xml', '/rd:true', `/c:${count}`, `/q:${xpath}`];
    return parseEventXml(decodeEventOutput(await run('wevtutil.exe', args, TIMEOUT_MS)));
  };
  return {
    name: 'wevtutil',
    async read() {
      const [newest] = await query(1, '*');
      return query(EVENTS_PER_QUERY, watchedXpath(newest?.recordId));
    },
  };
}
