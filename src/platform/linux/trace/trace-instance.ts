import { ExporterError } from '../../../errors.ts';
import { type PageLayout, parsePageLayout, parseRecordLayout, type RecordLayout } from './trace-format.ts';
import type { RawPipe, TraceFs } from './trace-fs.ts';

const EVENT = 'events/sock/inet_sock_set_state';
const INSTANCE_PREFIX = 'ephemeral_port_exporter-';
// Three changes of 76 bytes a connection: 4 MiB a CPU hold five seconds of 3,500 connections/s.
const BUFFER_KIB_PER_CPU = 4096;
// TCP only (not MPTCP's own copy of the changes): connect begun, connect ended, close begun. States of net/tcp_states.h.
const FILTER = 'protocol==6&&((oldstate==7&&newstate==2)||oldstate==2||(oldstate==1&&newstate==4))';

/** A trace instance of our own: other users of the host's tracing neither see nor disturb it. */
export class TraceInstance {
  readonly records: RecordLayout;
  readonly pages: PageLayout;
  readonly pipes: readonly RawPipe[];
  readonly #fs: TraceFs;
  readonly #path: string;

  private constructor(fs: TraceFs, path: string) {
    this.#fs = fs;
    this.#path = path;
    const records = parseRecordLayout(fs.readText(`${EVENT}/format`));
    const pages = parsePageLayout(fs.readText('events/header_page'));
    if (records === undefined || pages === undefined) throw new Error('its formats are not known to this version');
    this.records = records;
    this.pages = pages;
    fs.writeText(`${path}/trace_clock`, 'boot');
    fs.writeText(`${path}/buffer_size_kb`, String(BUFFER_KIB_PER_CPU));
    fs.writeText(`${path}/${EVENT}/filter`, FILTER);
    // Without it only threads that end too early to be asked remain unknown.
    attempt(() => fs.writeText(`${path}/options/record-tgid`, '1'));
    // Opened first: an instance that is read cannot be taken for a left-over one.
    this.pipes = openPipes(fs, path);
    try {
      fs.writeText(`${path}/${EVENT}/enable`, '1');
    } catch (error) {
      for (const pipe of this.pipes) pipe.close();
      throw error;
    }
  }

  /**
   * Makes and starts the instance `name`, after removing those that a killed exporter left behind.
   * @throws ExporterError EPH_TRACE_UNAVAILABLE
   */
  static open(fs: TraceFs, name: string): TraceInstance {
    const path = `instances/${INSTANCE_PREFIX}${name}`;
    try {
      removeTraceLeftovers(fs);
      fs.makeDirectory(path);
      return new TraceInstance(fs, path);
    } catch (error) {
      attempt(() => fs.removeDirectory(path));
      const reason = error instanceof Error ? error.message : String(error);
      const message = `the trace cannot be used (${reason}): it needs root and tracefs, as by mount -t tracefs nodev /sys/kernel/tracing`;
      throw new ExporterError('EPH_TRACE_UNAVAILABLE', message, { cause: error });
    }
  }

  /** Stops tracing and removes the instance. */
  close(): void {
    attempt(() => this.#fs.writeText(`${this.#path}/${EVENT}/enable`, '0'));
    for (const pipe of this.pipes) attempt(() => pipe.close());
    attempt(() => this.#fs.removeDirectory(this.#path));
  }
}

function openPipes(fs: TraceFs, path: string): RawPipe[] {
  const pipes: RawPipe[] = [];
  try {
    for (const cpu of fs.list(`${path}/per_cpu`)) pipes.push(fs.openRaw(`${path}/per_cpu/${cpu}/trace_pipe_raw`));
    return pipes;
  } catch (error) {
    for (const pipe of pipes) pipe.close();
    throw error;
  }
}

/** Removes instances that nobody reads any more; the kernel keeps one that a living exporter reads. */
export function removeTraceLeftovers(fs: TraceFs): void {
  for (const name of fs.list('instances')) {
    if (name.startsWith(INSTANCE_PREFIX)) attempt(() => fs.removeDirectory(`instances/${name}`));
  }
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // What is already gone, or still in use, needs nothing more.
  }
}
