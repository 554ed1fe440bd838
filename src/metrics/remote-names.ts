import type { RemoteClass } from '../model/link-local.ts';
import type { FamilyKey } from './families.ts';

/** Distinct remotes that one family shows within {@link WINDOW_MS}. */
export const REMOTE_LIMIT = 20;
/** Of these, kept free for metadata remotes, the ones that alerts name. */
export const METADATA_RESERVE = 4;
const WINDOW_MS = 24 * 3_600_000;

/**
 * The one state of the metrics room: which remotes each family may show. A remote keeps its place for 24 h after it was last
 * shown, so that no 24 h hold more than {@link REMOTE_LIMIT} of them; asking again within one sample changes nothing.
 */
export class RemoteNames {
  readonly #shownAtMs = new Map<FamilyKey, Map<string, number>>();

  /** True when the family may show the remote at `nowMs` (any monotonic clock); the remote then counts as shown. */
  admit(family: FamilyKey, remote: string, remoteClass: RemoteClass, nowMs: number): boolean {
    const shown = this.#shownOf(family);
    for (const [name, atMs] of shown) if (nowMs - atMs > WINDOW_MS) shown.delete(name);
    const limit = remoteClass === 'metadata' ? REMOTE_LIMIT : REMOTE_LIMIT - METADATA_RESERVE;
    if (!shown.has(remote) && shown.size >= limit) return false;
    shown.set(remote, nowMs);
    return true;
  }

  #shownOf(family: FamilyKey): Map<string, number> {
    const shown = this.#shownAtMs.get(family) ?? new Map<string, number>();
    this.#shownAtMs.set(family, shown);
    return shown;
  }
}
