import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, startProgram } from './program.ts';

/** Where the unit's program lies, there and so here: a mount needs a folder to be mounted on. */
const PROGRAM_FOLDER = '/usr/lib/ephemeral-port-exporter';
const CGROUPS = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/** A running systemd in namespaces of its own; see systemd-host.sh. */
export interface SystemdHost {
  /** Put before a command line, to run it there as root. */
  readonly inside: readonly string[];
  /** What a shell script printed there. */
  sh(script: string): string;
  /** Ends all that runs there. */
  stop(): Promise<void>;
}

/** Starts it with the units of `directory`/units and the files of `directory`/lib as the exporter's. */
export async function startSystemdHost(directory: string): Promise<SystemdHost> {
  // All that a service is ordered after by itself, with nothing behind it.
  const target = (name: string, rest: string) =>
    writeFileSync(join(directory, 'units', `${name}.target`), `[Unit]\n${rest}`);
  for (const name of ['sysinit', 'shutdown', 'sockets', 'multi-user']) target(name, 'DefaultDependencies=no\n');
  target('basic', 'Requires=sysinit.target\nAfter=sysinit.target\n');
  mkdirSync(PROGRAM_FOLDER);
  const program = startProgram({
    command: 'bash',
    args: [join(import.meta.dirname, 'systemd-host.sh'), directory],
    logFile: join(directory, 'systemd.log'),
  });
  const kill = async (): Promise<void> => {
    await program.kill();
    rmdirSync(PROGRAM_FOLDER);
    for (const hierarchy of CGROUPS) await removeCgroup(join(hierarchy, `eph-systemd-${program.pid}`));
  };
  try {
    const pid = await eventually('a process inside', () => {
      // Until then its children are the commands of the script.
      if (readFileSync(`/proc/${program.pid}/comm`, 'utf8') !== 'unshare\n') return undefined;
      const children = readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').trim();
      return children === '' ? undefined : children;
    });
    const inside = ['nsenter', `--target=${pid}`, '--mount', '--pid', '--net', '--cgroup', '--uts', '--ipc'];
    const sh = (script: string) =>
      execFileSync(inside[0] as string, [...inside.slice(1), 'sh', '-euc', script], {
        encoding: 'utf8',
        timeout: 30_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    await eventually(
      'a systemd that answers',
      () => sh('systemctl is-active multi-user.target') === 'active\n' || undefined,
    );
    // A service that is stopped takes its temporary folders with it.
    const stop = async (): Promise<void> => {
      sh(`systemctl stop '*.socket' '*.service'`);
      await kill();
    };
    return { inside, sh, stop };
  } catch (error) {
    await kill();
    throw new Error(`systemd did not start:\n${program.output()}`, { cause: error });
  }
}

/** The processes in it end a moment after the one that kept their namespace. */
async function removeCgroup(path: string): Promise<void> {
  await eventually(`${path} empty`, () => {
    try {
      for (const below of readdirSync(path, { withFileTypes: true, recursive: true }).reverse()) {
        if (below.isDirectory()) rmdirSync(join(below.parentPath, below.name));
      }
      rmdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return true;
  });
}
