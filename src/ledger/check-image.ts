import { HISTORY_GRIDS } from './history.ts';
import type { HistoryHead, HistoryImage } from './history-image.ts';
import type { Image, ImageColumn } from './image.ts';
import type { LedgerHead, LedgerImage } from './ledger-image.ts';

const PORT_COLUMNS = [
  'pool',
  'port',
  'owner',
  'state',
  'heldSinceMs',
  'stuck',
  'remote',
  'keyLow',
  'keyHigh',
  'created',
].map((name) => `port.${name}`);
const SOCKET_COLUMNS = ['keyLow', 'keyHigh', 'owner', 'port', 'remote', 'created', 'flags'].map(
  (name) => `socket.${name}`,
);

/** Pool ids, far above what a host has. */
const MAX_POOLS = 65_536;

/** True when an image that was read from a file can be restored: nothing is missing, and no index leads nowhere. */
export function isLedgerImage(image: Image<unknown>): image is LedgerImage {
  const { columns } = image;
  const head = image.head as Partial<LedgerHead> | null;
  const remotes = columns['remote.ports']?.length ?? -1;
  if (typeof head !== 'object' || head === null) return false;
  const { bootId, bootMs, takenAtMs, startMs, namespaces, owners, names, recentHistory } = head;
  const areNumbers = [bootMs, takenAtMs, startMs].every((value) => typeof value === 'number');
  if (typeof bootId !== 'string' || !areNumbers) return false;
  if (namespaces === undefined || owners === undefined) return false;
  if (![namespaces, owners, names, recentHistory].every(Array.isArray)) return false;
  const poolIds = namespaces.flatMap(({ pools }) => pools);
  const arePools = poolIds.every((id) => Number.isInteger(id) && id >= 0 && id < MAX_POOLS);
  return (
    arePools &&
    poolIds.length === namespaces.length * 2 &&
    haveOneLength(columns, PORT_COLUMNS) &&
    haveOneLength(columns, SOCKET_COLUMNS) &&
    columns['remote.words']?.length === remotes * 4 &&
    isBelow(columns['port.owner'], owners.length) &&
    isBelow(columns['socket.owner'], owners.length) &&
    isBelow(columns['port.remote'], remotes) &&
    isBelow(columns['socket.remote'], remotes) &&
    isBelow(columns['socket.port'], columns['port.port']?.length ?? 0)
  );
}

/** True when an image that was read from a file is a history. */
export function isHistoryImage(image: Image<unknown>): image is HistoryImage {
  const head = image.head as Partial<HistoryHead> | null;
  if (typeof head !== 'object' || head === null) return false;
  const { groups, curves } = head;
  if (!Array.isArray(groups) || !Array.isArray(curves)) return false;
  const values = curves.reduce((sum, [, , grid]) => sum + (HISTORY_GRIDS[grid]?.steps ?? Number.NaN), 0);
  return image.columns['values']?.length === values;
}

function haveOneLength(columns: Image<unknown>['columns'], names: readonly string[]): boolean {
  const lengths = new Set(names.map((name) => columns[name]?.length));
  return lengths.size === 1 && !lengths.has(undefined);
}

function isBelow(column: ImageColumn | undefined, bound: number): boolean {
  return column?.every((value: number) => value < bound) === true;
}
