import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';

/** What a trace needs of tracefs; paths are below its root. */
export interface TraceFs {
  /** @throws Error of node:fs, as all of these */
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
  list(path: string): readonly string[];
  readText(path: string): string;
  writeText(path: string, text: string): void;
  openRaw(path: string): RawPipe;
}

/** A `trace_pipe_raw`: each reading is one page. */
export interface RawPipe {
  /** Bytes read; 0 when there is nothing now. */
  read(page: Uint8Array): number;
  close(): void;
}

/** {@link TraceFs} over a mounted tracefs. */
export function openTraceFs(root: string): TraceFs {
  return {
    makeDirectory: (path) => mkdirSync(`${root}/${path}`),
    removeDirectory: (path) => rmdirSync(`${root}/${path}`),
    list: (path) => readdirSync(`${root}/${path}`),
    readText: (path) => readFileSync(`${root}/${path}`, 'utf8'),
    // The files take each write as a command of its own, and none of them can be created.
    writeText: (path, text) => writeFileSync(`${root}/${path}`, text, { flag: 'r+' }),
    openRaw: (path) => openRawPipe(`${root}/${path}`),
  };
}

function openRawPipe(path: string): RawPipe {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    read: (page) => {
      try {
        return readSync(fd, page);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
        throw error;
      }
    },
    close: () => closeSync(fd),
  };
}
