import { EVENTS_PER_QUERY, watchedXpath } from './event-counter.ts';
import { type LogEvent, parseEventXml } from './event-xml.ts';
import type { QueryEvents } from './wevtapi.ts';

const SELECT = `<Select Path="System">${watchedXpath()}</Select>`;
const SYSTEM_QUERY = {
  channel: null,
  query: `<QueryList><Query Id="0" Path="System">${SELECT}</Query></QueryList>`,
};

/** Newest watched events of the System log first. @throws ExporterError EPH_WINDOWS_CALL, EPH_WINDOWS_OUTPUT */
export function readSystemEvents(queryEvents: QueryEvents): readonly LogEvent[] {
  const found: LogEvent[] = [];
  queryEvents(SYSTEM_QUERY, (xml) => {
    found.push(...parseEventXml(xml));
    return found.length < EVENTS_PER_QUERY;
  });
  return found;
}
