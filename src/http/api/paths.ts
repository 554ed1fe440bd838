import type { GroupKey } from '../../model/ledger-view.ts';

/** Stands for the empty unit in a path. */
export const NO_UNIT = '-';

/** Path of the history of an owner; every part is escaped, since names are whatever a process calls itself. */
export function historyPath({ netns, process, unit }: GroupKey, hours: number): string {
  const parts = [netns, process, unit === '' ? NO_UNIT : unit].map(escapePart);
  return `/api/v1/owners/${parts.join('/')}/history?hours=${hours}`;
}

/** A lone surrogate, which a Windows name may hold, has no escape. */
function escapePart(part: string): string {
  return encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd'));
}
