import { ExporterError } from '../../../errors.ts';
import type { HostedService } from './service-unit.ts';

/** ENUM_SERVICE_STATUS_PROCESSW, x64 and arm64 (winsvc.h). */
const ROW_SIZE = 56;
const AT = { name: 0, type: 16, pid: 44 } as const;

/** SERVICE_USERSERVICE_INSTANCE: the running copy of a per-user service, `CDPUserSvc_5f2a1`. */
const USER_INSTANCE = 0x80;

/** Service names have at most 256 characters. */
const NAME_LIMIT = 256;

/**
 * Services of an EnumServicesStatusExW buffer with the process each runs in. `address` is where `bytes` lay in memory: the
 * names are pointers into the same buffer.
 * @throws ExporterError EPH_WINDOWS_TABLE when a row or a name reaches outside the buffer.
 */
export function decodeServiceTable(bytes: Uint8Array, address: bigint, count: number): HostedService[] {
  if (count * ROW_SIZE > bytes.byteLength) {
    throw new ExporterError(
      'EPH_WINDOWS_TABLE',
      `service table: ${count} rows need ${count * ROW_SIZE} bytes, there are ${bytes.byteLength}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const services: HostedService[] = [];
  for (let index = 0; index < count; index++) {
    const row = index * ROW_SIZE;
    const isUserInstance = (view.getUint32(row + AT.type, true) & USER_INSTANCE) !== 0;
    const name = textAt(view, Number(view.getBigUint64(row + AT.name, true) - address));
    services.push({ pid: view.getUint32(row + AT.pid, true), name, isUserInstance });
  }
  return services;
}

function textAt(view: DataView, start: number): string {
  if (start < 0) throw new ExporterError('EPH_WINDOWS_TABLE', 'service table: a name lies before the table');
  let text = '';
  for (let at = start; text.length <= NAME_LIMIT; at += 2) {
    if (at + 2 > view.byteLength) break;
    const unit = view.getUint16(at, true);
    if (unit === 0) return text;
    text += String.fromCharCode(unit);
  }
  throw new ExporterError('EPH_WINDOWS_TABLE', 'service table: a name has no end');
}
