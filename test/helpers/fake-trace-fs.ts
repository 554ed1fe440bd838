import { readFileSync } from 'node:fs';
import type { RawPipe, TraceFs } from '../../src/platform/linux/trace/trace-fs.ts';

const FIXTURES = new URL('../fixtures/trace/', import.meta.url);
const FORMAT = readFileSync(new URL('inet_sock_set_state.format', FIXTURES), 'utf8');
const HEADER = readFileSync(new URL('header_page', FIXTURES), 'utf8');
const PAGE = 4096;

/** A record of the fixture's format on a page of its own. */
export interface FakeRecord {
  readonly task: number;
  readonly socket: number;
  readonly states: readonly [from: number, to: number];
  readonly localPort: number;
  readonly timeNs: number;
}

export function pageWith(record: FakeRecord, missed = 0): Uint8Array {
  const page = new DataView(new ArrayBuffer(PAGE));
  page.setUint32(0, record.timeNs % 2 ** 32, true);
  page.setUint32(4, Math.floor(record.timeNs / 2 ** 32), true);
  page.setUint32(8, (76 | (missed > 0 ? 0xc000_0000 : 0)) >>> 0, true);
  page.setUint32(16, 72 / 4, true);
  page.setUint16(20, 2287, true);
  page.setInt32(24, record.task, true);
  page.setUint32(28, record.socket, true);
  page.setInt32(36, record.states[0], true);
  page.setInt32(40, record.states[1], true);
  page.setUint16(44, record.localPort, true);
  page.setUint16(46, 80, true);
  page.setUint32(92, missed, true);
  return new Uint8Array(page.buffer);
}

/** A tracefs in memory that notes what was done to it. */
export class FakeTraceFs implements TraceFs {
  readonly done: string[] = [];
  readonly instances: Set<string> = new Set();
  /** Instances that somebody else reads. */
  readonly busy: Set<string> = new Set();
  readonly pages: Uint8Array[][] = [[], []];
  /** Path ends whose writes fail. */
  readonly refused: Set<string> = new Set();
  openPipes = 0;

  makeDirectory(path: string): void {
    if (this.refused.has('instances')) throw new Error('EACCES');
    this.instances.add(path.slice('instances/'.length));
    this.done.push(`mkdir ${path}`);
  }

  removeDirectory(path: string): void {
    const name = path.slice('instances/'.length);
    if (this.busy.has(name) || (this.openPipes > 0 && this.instances.has(name))) throw new Error('EBUSY');
    this.instances.delete(name);
    this.done.push(`rmdir ${path}`);
  }

  list(path: string): readonly string[] {
    return path === 'instances' ? [...this.instances, ...this.busy] : ['cpu0', 'cpu1'];
  }

  readText(path: string): string {
    if (path === 'events/sock/inet_sock_set_state/format') return FORMAT;
    if (path === 'events/header_page') return HEADER;
    throw new Error('ENOENT');
  }

  writeText(path: string, text: string): void {
    const file = path.slice(path.lastIndexOf('/') + 1);
    if (this.refused.has(file)) throw new Error('EINVAL');
    this.done.push(`${file} ${text}`);
  }

  openRaw(path: string): RawPipe {
    this.openPipes++;
    const cpu = Number(/cpu(\d+)/.exec(path)?.[1]);
    return {
      read: (buffer) => {
        const page = this.pages[cpu]?.shift();
        if (page !== undefined) buffer.set(page);
        return page?.length ?? 0;
      },
      close: () => {
        this.openPipes--;
      },
    };
  }
}
