import { EVENTS_PER_QUERY, watchedXpath } from './event-counter.ts';
import { type LogEvent, parseEventXml } from './event-xml.ts';
import { callFailed, declareFunction, type Koffi } from './load-koffi.ts';

const QUERY_CHANNEL = 0x1;
const QUERY_REVERSE = 0x200;
const RENDER_XML = 1;
const ERROR_INSUFFICIENT_BUFFER = 122;
const ERROR_NO_MORE_ITEMS = 259;
const BATCH = 32;
const NEXT_TIMEOUT_MS = 1_000;

const SYSTEM_QUERY = `<QueryList><Query Id="0" Path="System"><Select Path="System">${watchedXpath()}</Select></Query></QueryList>`;

/** Newest watched events of the System log first. @throws ExporterError EPH_WINDOWS_CALL, EPH_WINDOWS_OUTPUT */
export type ReadEvents = () => readonly LogEvent[];

/** @throws ExporterError EPH_WINDOWS_CALL when wevtapi.dll lacks a function. */
export function openEventLog(koffi: Koffi): ReadEvents {
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
  let text = Buffer.alloc(65_536);

  const render = (event: bigint): readonly LogEvent[] => {
    for (;;) {
      const used = [0];
      if (evtRender(0, event, RENDER_XML, text.length, text, used, [0]) !== 0) {
        return parseEventXml(text.toString('utf16le', 0, used[0]).replace(/\0+$/, ''));
      }
      const status = getLastError() as number;
      const needed = used[0] ?? 0;
      if (status !== ERROR_INSUFFICIENT_BUFFER || needed <= text.length) throw callFailed('EvtRender', status);
      text = Buffer.alloc(needed);
    }
  };
  return () => {
    const results = evtQuery(0, null, SYSTEM_QUERY, QUERY_CHANNEL | QUERY_REVERSE) as number | bigint;
    if (Number(results) === 0) throw callFailed('EvtQuery', getLastError() as number);
    const found: LogEvent[] = [];
    try {
      while (found.length < EVENTS_PER_QUERY) {
        const handles = Buffer.alloc(BATCH * 8);
        const returned = [0];
        if (evtNext(results, BATCH, handles, NEXT_TIMEOUT_MS, 0, returned) === 0) {
          const status = getLastError() as number;
          if (status !== ERROR_NO_MORE_ITEMS) throw callFailed('EvtNext', status);
          break;
        }
        for (let index = 0; index < (returned[0] ?? 0); index++) {
          const event = handles.readBigUInt64LE(index * 8);
          try {
            found.push(...render(event));
          } finally {
            evtClose(event);
          }
        }
      }
    } finally {
      evtClose(results);
    }
    return found;
  };
}
