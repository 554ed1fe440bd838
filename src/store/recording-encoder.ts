import type { ProcessRow, Sample } from '../model/sample.ts';
import { allocateSocketColumns } from '../model/socket-columns.ts';
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordedSample } from '../platform/replay/recording-format.ts';
import { formatSocket, processRef } from '../platform/replay/socket-text.ts';

/** Samples between two keyframes: a recording can be cut there, and a damaged part costs no more than that. */
const KEYFRAME_EVERY = 720;

/** Rows written per slice. */
const SLICE_ROWS = 4_000;

/** The first line of a recording. */
export function headerLine(anonymized: boolean): string {
  return `${JSON.stringify({ format: RECORDING_FORMAT, version: RECORDING_VERSION, anonymized })}\n`;
}

/** Encodes the samples of one recording, in order, each as one line; sliced, since 60,000 sockets make much text. */
export function createRecordingEncoder(): (sample: Sample) => Generator<void, string> {
  let positions = new Map<string, number>();
  let free: number[] = [];
  let size = 0;
  let written = new Map<string, string>();
  let count = 0;

  return function* encode(sample) {
    const isKey = count++ % KEYFRAME_EVERY === 0;
    if (isKey) {
      positions = new Map();
      written = new Map();
      free = [];
      size = 0;
    }
    const texts = yield* socketTexts(sample);
    const left: number[] = [];
    for (const [text, position] of positions) {
      if (texts.has(text)) continue;
      left.push(position);
      positions.delete(text);
    }
    free.push(...left);
    yield;
    const came: string[] = [];
    for (const text of texts) {
      if (positions.has(text)) continue;
      positions.set(text, free.pop() ?? size++);
      came.push(withoutOrdinal(text));
    }
    const { sockets: _sockets, processes, connectionEvents, ...rest } = sample;
    const line: RecordedSample = {
      kind: isKey ? 'key' : 'delta',
      rest,
      processes: newOrChanged(processes, written),
      left,
      came,
      events: connectionEvents.map((event) => {
        const columns = allocateSocketColumns(1);
        columns.state[0] = 1;
        columns.family[0] = 4;
        columns.localPort[0] = event.localPort;
        columns.remotePort[0] = event.remotePort;
        columns.local.set(event.local);
        columns.remote.set(event.remote);
        columns.process[0] = event.process;
        return [event.kind, event.atMs, formatSocket(columns, 0, netnsName(sample, event.netns), processes)];
      }),
    };
    return `${JSON.stringify(line)}\n`;
  };
}

/** The text of each socket; those that no text tells apart (listeners that share a port) get an ordinal. */
function* socketTexts(sample: Sample): Generator<void, Set<string>> {
  const { sockets, processes } = sample;
  const texts = new Set<string>();
  for (let row = 0; row < sockets.length; row++) {
    const text = formatSocket(sockets, row, netnsName(sample, sockets.netns[row] as number), processes);
    let unique = text;
    for (let ordinal = 2; texts.has(unique); ordinal++) unique = `${text}\t${ordinal}`;
    texts.add(unique);
    if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
  return texts;
}

function withoutOrdinal(text: string): string {
  const tab = text.indexOf('\t');
  return tab < 0 ? text : text.slice(0, tab);
}

function netnsName(sample: Sample, index: number): string {
  return sample.namespaces[index]?.name ?? '';
}

function newOrChanged(processes: readonly ProcessRow[], written: Map<string, string>): ProcessRow[] {
  return processes.filter((process) => {
    const reference = processRef(process);
    const json = JSON.stringify(process);
    if (written.get(reference) === json) return false;
    written.set(reference, json);
    return true;
  });
}
