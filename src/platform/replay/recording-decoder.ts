import { ExporterError } from '../../errors.ts';
import { OWNER_CODE } from '../../model/owner-code.ts';
import type { ConnectionEvent, ProcessRow, Sample } from '../../model/sample.ts';
import { type SocketRow, socketColumnsFromRows } from '../../model/socket-columns.ts';
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordedSample, type RecordingHeader } from './recording-format.ts';
import { RECORDED_SAMPLE } from './recording-schema.ts';
import { ownerCodeOf, type ParsedSocket, parseSocket, processRef } from './socket-text.ts';

/**
 * Checks the first line of a recording.
 * @throws ExporterError EPH_RECORDING_INVALID
 */
export function readHeader(line: string): RecordingHeader {
  const header = parseJson(line, 1) as Partial<RecordingHeader>;
  if (header.format !== RECORDING_FORMAT) throw invalid(1, `not a recording (format is ${String(header.format)})`);
  if (header.version !== RECORDING_VERSION) {
    throw invalid(1, `version ${String(header.version)}, this program reads version ${RECORDING_VERSION}`);
  }
  return header as RecordingHeader;
}

/** Turns the sample lines of one recording, in order, back into samples. */
export function createRecordingDecoder(): (line: string, lineNumber: number) => Sample {
  let sockets: (ParsedSocket | undefined)[] = [];
  let free: number[] = [];
  let known = new Map<string, ProcessRow>();

  /** @throws ExporterError EPH_RECORDING_INVALID */
  return (line, lineNumber) => {
    const recorded = checkSample(parseJson(line, lineNumber), lineNumber);
    if (recorded.kind === 'key') {
      sockets = [];
      free = [];
      known = new Map();
    }
    for (const process of recorded.processes) known.set(processRef(process), process);
    for (const position of recorded.left) {
      if (sockets[position] === undefined) throw invalid(lineNumber, `no socket at position ${position}`);
      sockets[position] = undefined;
      free.push(position);
    }
    for (const text of recorded.came) {
      const socket = parseSocket(text);
      if (socket === undefined) throw invalid(lineNumber, `not a socket: ${text.slice(0, 80)}`);
      sockets[free.pop() ?? sockets.length] = socket;
    }
    return assemble(recorded, sockets, known, lineNumber);
  };
}

function assemble(
  recorded: RecordedSample,
  sockets: readonly (ParsedSocket | undefined)[],
  known: ReadonlyMap<string, ProcessRow>,
  lineNumber: number,
): Sample {
  const processes: ProcessRow[] = [];
  const indexes = new Map<string, number>();
  const processIndex = (reference: string): number => {
    const code = ownerCodeOf(reference);
    if (code !== undefined) return code;
    const index = indexes.get(reference);
    if (index !== undefined) return index;
    const process = known.get(reference);
    if (process === undefined) throw invalid(lineNumber, `no process ${reference}`);
    indexes.set(reference, processes.push(process) - 1);
    return processes.length - 1;
  };
  const netnsIndex = (name: string): number => {
    const index = recorded.rest.namespaces.findIndex((namespace) => namespace.name === name);
    if (index < 0) throw invalid(lineNumber, `no namespace ${name}`);
    return index;
  };
  const place = (socket: ParsedSocket): SocketRow => ({
    ...socket,
    netns: netnsIndex(socket.netns),
    process: processIndex(socket.process),
  });
  const rows = sockets.filter((socket) => socket !== undefined).map(place);
  const connectionEvents = recorded.events.flatMap(([kind, atMs, text]): ConnectionEvent[] => {
    const socket = parseSocket(text);
    if (socket === undefined) throw invalid(lineNumber, `not a socket: ${text.slice(0, 80)}`);
    const { netns, process, local, localPort, remote, remotePort } = place(socket);
    return process < OWNER_CODE.kernel ? [] : [{ kind, atMs, netns, process, local, localPort, remote, remotePort }];
  });
  return { ...recorded.rest, processes, sockets: socketColumnsFromRows(rows), connectionEvents };
}

function checkSample(value: unknown, lineNumber: number): RecordedSample {
  const { success, error } = RECORDED_SAMPLE.safeParse(value);
  // The value itself: what a newer program has added stays in it.
  if (success) return value as RecordedSample;
  throw invalid(lineNumber, `not a sample (at ${error.issues[0]?.path.join('.') || 'the top'})`);
}

function parseJson(line: string, lineNumber: number): unknown {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw new ExporterError('EPH_RECORDING_INVALID', `recording line ${lineNumber}: not JSON, cut short?`, { cause });
  }
  throw invalid(lineNumber, 'not an object');
}

function invalid(lineNumber: number, what: string): ExporterError {
  return new ExporterError('EPH_RECORDING_INVALID', `recording line ${lineNumber}: ${what}`);
}
