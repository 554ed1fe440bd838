import type { Protocol } from '../model/protocol.ts';
import { NONE } from './slot.ts';

/** Namespaces that are counted under their own name (DESIGN section 4, "Bounded by construction"). */
export const NAMED_NAMESPACES = 20;

/** Ports of an index page. */
const PAGE = 256;

/** The ports of one protocol in one network namespace. */
export class Pool {
  readonly id: number;
  readonly namespace: Namespace;
  readonly protocol: Protocol;
  /** 1 for each port of the range; undefined before a range was ever read. */
  members: Uint8Array | undefined;
  /** Ports of the range. */
  size = 0;
  /** Ports of this sample, those that could not be read this time included. */
  used = 0;
  rangeKey = '';
  boundVisible = false;
  /** Boot ms since when bound sockets, seen before, cannot be seen; NaN when they can. */
  blindSinceMs: number = Number.NaN;
  /** This sample: ports that come into view or leave it are no events. Stays until a whole reading was taken in. */
  isBaseline = true;
  wasRead = false;
  /** This sample: ports that are not in it are remembered, not released, because the table was not read whole. */
  isCarried = true;
  private readonly pages: (Int32Array | undefined)[] = [];

  constructor(id: number, namespace: Namespace, protocol: Protocol) {
    this.id = id;
    this.namespace = namespace;
    this.protocol = protocol;
  }

  /** Slot of a port; NONE when it has none. */
  find(port: number): number {
    const page = this.pages[port >>> 8];
    return page === undefined ? NONE : (page[port & 0xff] as number) - 1;
  }

  /** Sets the slot of a port; NONE takes it away. */
  put(port: number, slot: number): void {
    let page = this.pages[port >>> 8];
    if (page === undefined) {
      page = new Int32Array(PAGE);
      this.pages[port >>> 8] = page;
    }
    page[port & 0xff] = slot + 1;
  }
}

/** A network namespace as the ledger knows it. */
export interface Namespace {
  name: string;
  readonly inode: string;
  /** Tells it from others of the same inode; empty when nothing does. */
  identity: string;
  /** The name that its ports are counted under: its own, or that of the folded ones. */
  label: string;
  /** By protocol code. */
  readonly pools: Pool[];
  /** Members that stand for owner codes; index by `-code - 1`. */
  readonly codeMembers: number[];
  /** Index in the present sample; NONE when it is not in it. */
  index: number;
  lastSeenMs: number;
}

/** A namespace as an image keeps it. */
export interface ImageNamespace {
  readonly name: string;
  readonly inode: string;
  /** Absent in images of older versions. */
  readonly identity?: string;
  /** Pool ids by protocol code; keys of sockets are mixed with them. */
  readonly pools: readonly number[];
}
