import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';

const QUERY_CHANNEL = 0x1;
const QUERY_REVERSE = 0x200;
const RENDER_XML = 1;
const ERROR_INSUFFICIENT_BUFFER = 122;
const ERROR_NO_MORE_ITEMS = 259;
const BATCH = 32;
const NEXT_TIMEOUT_MS = 1_000;

/** What to ask the event logs: events of a channel by an XPath, or a structured query that names its channel itself. */
export interface EventQuery {
  readonly channel: string | null;
  readonly query: string;
}

/**
 * Hands the XML of the events that match to `take`, the newest first, until it returns false or there are no more.
 * @throws ExporterError EPH_WINDOWS_CALL
 */
export type QueryEvents = (query: EventQuery, take: (xml: string) => boolean) => void;

/** @throws ExporterError EPH_WINDOWS_CALL when wevtapi.dll lacks a function. */
export function openEventQueries(koffi: Koffi): QueryEvents {
  const wevtapi = (signature: string) => declareFunction(koffi, 'wevtapi.dll', signature);
  const evtQuery = wevtapi(
    'uintptr_t __stdcall EvtQuery(uintptr_t session, const char16_t *path, const char16_t *query, uint32 flags)',
  );
  const evtNext = wevtapi(
    'int __stdcall EvtNext(uintptr_t results, uint32 size, _Out_ uint8_t *events, uint32 timeout, uint32 flags, _Out_ uint32 *returned)',
  );
  const evtRender = wevtapi(
    'int __stdcall EvtRender(uintptr_t context, uintptr_t event, uint32 flags, uint32 size, _Out_ uint8_t *buffer, ' +
      '_Out_ uint32 *used, _Out_ uint32 *properties)',
  );
  const evtClose = wevtapi('int __stdcall EvtClose(uintptr_t handle)');
  const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 __stdcall GetLastError()');
  const handles = Buffer.alloc(BATCH * 8);
  let text = Buffer.alloc(65_536);

  const render = (event: bigint): string => {
    for (;;) {
      const used = [0];
      if (evtRender(0, event, RENDER_XML, text.length, text, used, [0]) !== 0) {
        return text.toString('utf16le', 0, used[0]).replace(/\0+$/, '');
      }
      const status = getLastError() as number;
      const needed = used[0] ?? 0;
      if (status !== ERROR_INSUFFICIENT_BUFFER || needed <= text.length) throw callFailed('EvtRender', status);
      text = Buffer.alloc(needed);
    }
  };
  /** Handles of the next events; none at the end. */
  const nextBatch = (results: number | bigint): readonly bigint[] => {
    const returned = [0];
    if (evtNext(results, BATCH, handles, NEXT_TIMEOUT_MS, 0, returned) === 0) {
      const status = getLastError() as number;
      if (status !== ERROR_NO_MORE_ITEMS) throw callFailed('EvtNext', status);
      return [];
    }
    return Array.from({ length: returned[0] ?? 0 }, (_, index) => handles.readBigUInt64LE(index * 8));
  };
  return ({ channel, query }, take) => {
    const results = evtQuery(0, channel, query, QUERY_CHANNEL | QUERY_REVERSE) as number | bigint;
    if (Number(results) === 0) throw callFailed(`EvtQuery of ${channel ?? 'System'}`, getLastError() as number);
    let wantsMore = true;
    try {
      while (wantsMore) {
        const batch = nextBatch(results);
        if (batch.length === 0) return;
        try {
          for (const event of batch) wantsMore &&= take(render(event));
        } finally {
          for (const event of batch) evtClose(event);
        }
      }
    } finally {
      evtClose(results);
    }
  };
}
