/** Points of one series, oldest first. */
export interface SeriesPoints {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** The NaN by which Prometheus says that a series ended (model/value/value.go, StaleNaN). */
export const STALE = 0x7ff0000000000002n;

/**
 * A remote-write request (prometheus.WriteRequest: timeseries 1 { labels 1 { name 1, value 2 }, samples 2 { value 1 double,
 * timestamp 2 int64 } }) in snappy's block format without compression. A value of NaN is written as {@link STALE}.
 */
export function encodeWriteRequest(series: readonly SeriesPoints[]): Buffer {
  return snappyLiteral(Buffer.concat(series.map((one) => field(1, timeSeries(one)))));
}

function timeSeries({ labels, timesMs, values }: SeriesPoints): Buffer {
  const names = Object.keys(labels).sort();
  const parts = names.map((name) => {
    const pair = [field(1, Buffer.from(name)), field(2, Buffer.from(labels[name] as string))];
    return field(1, Buffer.concat(pair));
  });
  const samples = Buffer.allocUnsafe(timesMs.length * 24);
  let at = 0;
  timesMs.forEach((timeMs, index) => {
    const time = varint(timeMs);
    samples[at++] = 0x12;
    samples[at++] = 10 + time.length;
    samples[at++] = 0x09;
    const value = values[index] as number;
    if (Number.isNaN(value)) samples.writeBigUInt64LE(STALE, at);
    else samples.writeDoubleLE(value, at);
    at += 8;
    samples[at++] = 0x10;
    at += time.copy(samples, at);
  });
  return Buffer.concat([...parts, samples.subarray(0, at)]);
}

function field(number: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | 2), varint(payload.length), payload]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** Format: google/snappy format_description.txt; tag 0xf4 is a literal with two length bytes. */
function snappyLiteral(data: Buffer): Buffer {
  const parts: Buffer[] = [varint(data.length)];
  for (let at = 0; at < data.length; at += 65_536) {
    const chunk = data.subarray(at, at + 65_536);
    parts.push(Buffer.of(0xf4, (chunk.length - 1) & 0xff, (chunk.length - 1) >> 8), chunk);
  }
  return Buffer.concat(parts);
}
