import { ExporterError } from '../../../errors.ts';
import { type AuditedConnection, parseAuditEvent } from './audit-event.ts';
import { parseEventXml } from './event-xml.ts';
import type { QueryEvents } from './wevtapi.ts';

/** Events read for one sample at most; with the newest first, what is beyond is lost. */
export const MOST_EVENTS = 4_096;

/** What an audit log told since the last reading. */
export interface AuditReading {
  /** The oldest first. */
  readonly connections: readonly AuditedConnection[];
  /** Events of the log, of whatever kind, that could not be read: too many at once, overwritten, or not understood. */
  readonly lost: number;
}

/** Reads a log by EventRecordID: what it held at the first reading is none of ours. */
export interface AuditFeed {
  /** @throws ExporterError EPH_WINDOWS_CALL; what came meanwhile is read once the log can be read again. */
  read(): AuditReading;
}

/**
 * A feed from one channel. Every event of it is looked at, not only those that tell of connections: their numbers then follow
 * each other, so that what is missing is a loss, and the service need not search the log for matches beyond what is new.
 */
export function createAuditFeed(channel: string, queryEvents: QueryEvents): AuditFeed {
  let mark: number | undefined;
  return {
    read() {
      const connections: AuditedConnection[] = [];
      let seen = 0;
      let understood = 0;
      let newest = 0;
      let from = mark;
      queryEvents({ channel, query: '*' }, (xml) => {
        seen++;
        const recordId = recordIdOf(xml);
        if (recordId === undefined) return seen < MOST_EVENTS;
        if (newest === 0) {
          newest = recordId;
          // Numbers that begin anew: somebody recreated the log.
          if (from !== undefined && newest < from) from = 0;
        }
        if (from === undefined || recordId <= from) return false;
        const record = orUndefined(() => parseAuditEvent(xml));
        if (record !== undefined) understood++;
        if (record?.connection !== undefined) connections.push(record.connection);
        return seen < MOST_EVENTS;
      });
      if (newest === 0) newest = mark ?? 0;
      mark = newest;
      const lost = from === undefined ? 0 : Math.max(0, newest - from - understood);
      return { connections: connections.reverse(), lost };
    },
  };
}

function recordIdOf(xml: string): number | undefined {
  return orUndefined(() => parseEventXml(xml))?.[0]?.recordId;
}

/** One event that is not understood must not hide the others. */
function orUndefined<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ExporterError) return undefined;
    throw error;
  }
}
