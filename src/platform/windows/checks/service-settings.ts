import { ExporterError } from '../../../errors.ts';
import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';

const SC_MANAGER_CONNECT = 0x1;
const SERVICE_QUERY_CONFIG = 0x1;
const ERROR_SERVICE_DOES_NOT_EXIST = 1_060;
const BUFFER_BYTES = 8_192;

/** Levels of QueryServiceConfig2W (winsvc.h). */
const LEVEL = { failureActions: 2, delayedStart: 3, failureFlag: 4, sidType: 5 } as const;
const SC_ACTION_RESTART = 1;
const AUTO_START = 2;

/** How the service manager treats our service. */
export interface ServiceSettings {
  readonly startsByItself: boolean;
  readonly isDelayed: boolean;
  /** Waits before the restarts after the first, second, ... failure, ms. */
  readonly restartDelaysMs: readonly number[];
  readonly restartsAfterErrorExit: boolean;
  readonly hasOwnAccount: boolean;
  /** Account it runs as. */
  readonly account: string;
}

/** Undefined when there is no such service. @throws ExporterError EPH_WINDOWS_CALL */
export type ReadServiceSettings = (name: string) => ServiceSettings | undefined;

/** @throws ExporterError EPH_WINDOWS_CALL when a function is missing. */
export function openServiceSettings(koffi: Koffi): ReadServiceSettings {
  const advapi = (signature: string) => declareFunction(koffi, 'advapi32.dll', signature);
  const openManager = advapi('uintptr_t __stdcall OpenSCManagerW(void *machine, void *database, uint32 access)');
  const openService = advapi(
    'uintptr_t __stdcall OpenServiceW(uintptr_t manager, const char16_t *name, uint32 access)',
  );
  const close = advapi('int __stdcall CloseServiceHandle(uintptr_t handle)');
  const config = advapi(
    'int __stdcall QueryServiceConfigW(uintptr_t service, _Out_ uint8_t *bytes, uint32 size, _Out_ uint32 *needed)',
  );
  const config2 = advapi(
    'int __stdcall QueryServiceConfig2W(uintptr_t service, uint32 level, _Out_ uint8_t *bytes, uint32 size, _Out_ uint32 *needed)',
  );
  const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 __stdcall GetLastError()');

  const readAll = (service: number | bigint): ServiceSettings => {
    const query = (level: number): Buffer => {
      const bytes = Buffer.alloc(BUFFER_BYTES);
      const call = `QueryServiceConfig2W ${level}`;
      if (config2(service, level, bytes, bytes.length, [0]) === 0) throw callFailed(call, getLastError() as number);
      return bytes;
    };
    const basic = Buffer.alloc(BUFFER_BYTES);
    if (config(service, basic, basic.length, [0]) === 0) {
      throw callFailed('QueryServiceConfigW', getLastError() as number);
    }
    const actions = query(LEVEL.failureActions);
    return {
      ...decodeServiceConfig(basic, koffi.address(basic)),
      restartDelaysMs: decodeRestartDelays(actions, koffi.address(actions)),
      isDelayed: query(LEVEL.delayedStart).readUInt32LE(0) !== 0,
      restartsAfterErrorExit: query(LEVEL.failureFlag).readUInt32LE(0) !== 0,
      hasOwnAccount: query(LEVEL.sidType).readUInt32LE(0) !== 0,
    };
  };
  return (name) => {
    const manager = openManager(null, null, SC_MANAGER_CONNECT) as number | bigint;
    if (Number(manager) === 0) throw callFailed('OpenSCManagerW', getLastError() as number);
    try {
      const service = openService(manager, name, SERVICE_QUERY_CONFIG) as number | bigint;
      if (Number(service) === 0) {
        const status = getLastError() as number;
        if (status === ERROR_SERVICE_DOES_NOT_EXIST) return undefined;
        throw callFailed('OpenServiceW', status);
      }
      try {
        return readAll(service);
      } finally {
        close(service);
      }
    } finally {
      close(manager);
    }
  };
}

/** Bytes of QUERY_SERVICE_CONFIGW and of SERVICE_FAILURE_ACTIONSW, x64 and arm64. */
const CONFIG_SIZE = 64;
const ACTIONS_SIZE = 40;

/**
 * QUERY_SERVICE_CONFIGW: the start type is at 4, the pointer to the account at 48. `address` is where `bytes` lay in memory.
 * @throws ExporterError EPH_WINDOWS_TABLE when the bytes are too few.
 */
export function decodeServiceConfig(
  bytes: Buffer,
  address: bigint,
): Pick<ServiceSettings, 'startsByItself' | 'account'> {
  if (bytes.length < CONFIG_SIZE) throw cutShort('service configuration', bytes);
  const start = Number(bytes.readBigUInt64LE(48) - address);
  const isInside = start >= 0 && start < bytes.length;
  const account = isInside ? (bytes.toString('utf16le', start).split('\0')[0] ?? '') : '';
  return { startsByItself: bytes.readUInt32LE(4) === AUTO_START, account };
}

/**
 * SERVICE_FAILURE_ACTIONSW: the count is at 24, the pointer to the (type, delay) pairs at 32.
 * @throws ExporterError EPH_WINDOWS_TABLE when the bytes are too few.
 */
export function decodeRestartDelays(bytes: Buffer, address: bigint): readonly number[] {
  if (bytes.length < ACTIONS_SIZE) throw cutShort('failure actions', bytes);
  const start = Number(bytes.readBigUInt64LE(32) - address);
  const room = start >= 0 ? Math.floor((bytes.length - start) / 8) : 0;
  const count = Math.max(0, Math.min(bytes.readUInt32LE(24), room));
  return Array.from({ length: count }, (_, index) => start + index * 8)
    .filter((at) => bytes.readUInt32LE(at) === SC_ACTION_RESTART)
    .map((at) => bytes.readUInt32LE(at + 4));
}

function cutShort(what: string, { length }: Buffer): ExporterError {
  return new ExporterError('EPH_WINDOWS_TABLE', `${what}: ${length} bytes are too few`);
}
