import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';

/** States and controls of the service control protocol (winsvc.h). */
const STATE = { stopped: 1, startPending: 2, stopPending: 3, running: 4 } as const;
const CONTROL = { stop: 1, interrogate: 4, shutdown: 5, paramChange: 6 } as const;
const ACCEPT_STOP_SHUTDOWN_PARAMCHANGE = 0x1 | 0x4 | 0x8;
const WIN32_OWN_PROCESS = 0x10;
const ERROR_SERVICE_SPECIFIC_ERROR = 1_066;
const ERROR_CALL_NOT_IMPLEMENTED = 120;

/** What a stop may take: the exporter closes within 5 s. */
const STOP_HINT_MS = 10_000;

/** A program that the service manager starts, stops and tells to read its parameters again. */
export interface HostedProgram {
  readonly name: string;
  /** Runs until it is told to stop; gives its exit code. */
  run(): Promise<number>;
  stop(): void;
  reload(): void;
}

/**
 * Lets the service manager run `program`, and gives its exit code once it has stopped. The dispatcher blocks a thread of its
 * own; its callbacks come in on this one.
 * @throws ExporterError EPH_WINDOWS_CALL when this process was not started by the service manager.
 */
export async function hostService(koffi: Koffi, program: HostedProgram): Promise<number> {
  const advapi = (signature: string) => declareFunction(koffi, 'advapi32.dll', signature);
  const registerHandler = advapi(
    'uintptr_t __stdcall RegisterServiceCtrlHandlerExW(const char16_t *name, void *handler, void *context)',
  );
  const setStatus = advapi('int __stdcall SetServiceStatus(uintptr_t handle, const uint8_t *status)');
  const dispatch = advapi('int __stdcall StartServiceCtrlDispatcherW(void *table)') as unknown as {
    async(table: bigint, done: (error: Error | null, ok: number) => void): void;
  };
  const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 __stdcall GetLastError()');
  const mainType = koffi.proto('void __stdcall EphServiceMain(uint32 count, void *arguments)');
  const handlerType = koffi.proto(
    'uint32 __stdcall EphServiceControl(uint32 control, uint32 type, void *data, void *context)',
  );
  let handle: unknown = 0;
  let state: number = STATE.startPending;
  let exitCode = 0;

  const report = (next: number): void => {
    state = next;
    setStatus(handle, serviceStatus(state, exitCode));
  };
  const handler = koffi.register((control: number): number => {
    if (control === CONTROL.stop || control === CONTROL.shutdown) {
      report(STATE.stopPending);
      program.stop();
    } else if (control === CONTROL.paramChange) {
      program.reload();
    } else if (control === CONTROL.interrogate) {
      report(state);
    } else {
      return ERROR_CALL_NOT_IMPLEMENTED;
    }
    return 0;
  }, koffi.pointer(handlerType));
  const end = (code: number): void => {
    exitCode = code;
    report(STATE.stopped);
  };
  // It returns at once, as a ServiceMain may: the service lives until it reports that it stopped.
  const main = koffi.register((): void => {
    handle = registerHandler(program.name, handler, null);
    report(STATE.running);
    program.run().then(end, () => end(1));
  }, koffi.pointer(mainType));

  const name = Buffer.from(`${program.name}\0`, 'utf16le');
  const table = Buffer.alloc(32);
  table.writeBigUInt64LE(koffi.address(name), 0);
  table.writeBigUInt64LE(main, 8);
  return new Promise((resolve, reject) => {
    dispatch.async(koffi.address(table), (error, ok) => {
      // The name and the table must live as long as the dispatcher uses them.
      const isWhole = name.length + table.length > 0;
      if (error === null && ok !== 0 && isWhole) resolve(exitCode);
      else reject(callFailed('StartServiceCtrlDispatcherW (is this the service manager?)', getLastError() as number));
    });
  });
}

/** SERVICE_STATUS: seven DWORDs. A failure is told so that the recovery actions of the service take place. */
function serviceStatus(state: number, exitCode: number): Buffer {
  const status = Buffer.alloc(28);
  status.writeUInt32LE(WIN32_OWN_PROCESS, 0);
  status.writeUInt32LE(state, 4);
  status.writeUInt32LE(state === STATE.running ? ACCEPT_STOP_SHUTDOWN_PARAMCHANGE : 0, 8);
  status.writeUInt32LE(exitCode === 0 ? 0 : ERROR_SERVICE_SPECIFIC_ERROR, 12);
  status.writeUInt32LE(exitCode, 16);
  status.writeUInt32LE(state === STATE.stopPending ? 1 : 0, 20);
  status.writeUInt32LE(state === STATE.stopPending ? STOP_HINT_MS : 0, 24);
  return status;
}
