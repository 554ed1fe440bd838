import { ExporterError } from '../../../errors.ts';
import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';

/** Name of our source in the Application log; `service install` and the MSI register it. */
export const EVENT_SOURCE = 'ephemeral-port-exporter';

/** EVENTLOG_ERROR_TYPE and so on (winnt.h). */
const TYPE = { error: 1, warn: 2, info: 4, debug: 4 } as const;

/** The message file of the source is EventCreate.exe, whose messages 1 to 1000 are the text itself: one number per type. */
const EVENT_ID = { error: 3, warn: 2, info: 1, debug: 1 } as const;

/** A string of an event has at most 31,839 characters. */
const LONGEST_TEXT = 31_000;

/** Writes one event to the Application log. @throws ExporterError EPH_WINDOWS_CALL */
export type ReportEvent = (level: keyof typeof TYPE, text: string) => void;

/**
 * Opens our source; one that nobody registered works too, the viewer then adds a remark to every event.
 * @throws ExporterError EPH_LOG_WRITE, EPH_WINDOWS_CALL
 */
export function openEventLogWriter(koffi: Koffi): ReportEvent {
  const advapi = (signature: string) => declareFunction(koffi, 'advapi32.dll', signature);
  const register = advapi('uintptr_t __stdcall RegisterEventSourceW(void *machine, const char16_t *source)');
  const report = advapi(
    'int __stdcall ReportEventW(uintptr_t log, uint16 type, uint16 category, uint32 id, void *user, uint16 strings, ' +
      'uint32 size, const char16_t **texts, void *data)',
  );
  const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 __stdcall GetLastError()');
  const log = register(null, EVENT_SOURCE) as number | bigint;
  if (Number(log) === 0) {
    const { message } = callFailed('RegisterEventSourceW', getLastError() as number);
    throw new ExporterError('EPH_LOG_WRITE', `--log.file=eventlog: ${message}; name a file instead`);
  }
  return (level, text) => {
    const texts = [text.trimEnd().slice(0, LONGEST_TEXT)];
    if (report(log, TYPE[level], 0, EVENT_ID[level], null, 1, 0, texts, null) === 0) {
      throw callFailed('ReportEventW', getLastError() as number);
    }
  };
}
