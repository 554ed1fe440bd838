/** Where the fields of a `sock:inet_sock_set_state` record lie, bytes from its beginning. */
export interface RecordLayout {
  /** Number by which records of this event are told from others. */
  readonly id: number;
  readonly length: number;
  readonly task: number;
  readonly socket: number;
  readonly oldState: number;
  readonly newState: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly local: number;
  readonly remote: number;
}

/** Where the parts of a raw ring buffer page lie. */
export interface PageLayout {
  readonly commit: number;
  readonly data: number;
  readonly pageLength: number;
}

interface Field {
  readonly offset: number;
  readonly size: number;
}

/** Layout of the records, from the event's `format` file; undefined when a field is missing or of another size. */
export function parseRecordLayout(text: string): RecordLayout | undefined {
  const fields = parseFields(text);
  const id = Number(/^ID: (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  const layout = {
    id,
    length: Math.max(0, ...[...fields.values()].map((field) => field.offset + field.size)),
    task: offsetOf(fields, 'common_pid', 4),
    socket: offsetOf(fields, 'skaddr', 8),
    oldState: offsetOf(fields, 'oldstate', 4),
    newState: offsetOf(fields, 'newstate', 4),
    localPort: offsetOf(fields, 'sport', 2),
    remotePort: offsetOf(fields, 'dport', 2),
    // IPv4 addresses are there too, in their mapped form.
    local: offsetOf(fields, 'saddr_v6', 16),
    remote: offsetOf(fields, 'daddr_v6', 16),
  };
  return Object.values(layout).every(Number.isSafeInteger) ? layout : undefined;
}

/** Layout of the pages that `trace_pipe_raw` gives, from `events/header_page`; undefined when it is not one. */
export function parsePageLayout(text: string): PageLayout | undefined {
  const fields = parseFields(text);
  const data = fields.get('data');
  const commit = fields.get('commit');
  if (data === undefined || commit === undefined || offsetOf(fields, 'timestamp', 8) !== 0) return undefined;
  return { commit: commit.offset, data: data.offset, pageLength: data.offset + data.size };
}

function offsetOf(fields: ReadonlyMap<string, Field>, name: string, size: number): number {
  const field = fields.get(name);
  return field?.size === size ? field.offset : Number.NaN;
}

function parseFields(text: string): Map<string, Field> {
  const fields = new Map<string, Field>();
  const lines = text.matchAll(/^\s*field:\s*[^;]*?(\w+)(?:\[\d*\])?;\s*offset:(\d{1,6});\s*size:(\d{1,6});/gm);
  for (const [, name = '', offset, size] of lines) fields.set(name, { offset: Number(offset), size: Number(size) });
  return fields;
}
