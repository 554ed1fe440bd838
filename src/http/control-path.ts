import { posix } from 'node:path';

/** What decides where the control socket is. */
export interface ControlPathSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** -1 where the system has no user ids. */
  readonly uid: number;
}

const NAME = 'ephemeral-port-exporter';
const FILE = 'control.sock';
const SYSTEM_PATH = `/run/${NAME}/${FILE}`;

/** Path the server opens by default; empty when no directory is safe for it (not root, no session of our own). */
export function defaultControlSocket({ env, platform, uid }: ControlPathSurroundings): string {
  if (platform === 'win32') return `\\\\.\\pipe\\${NAME}`;
  // systemd lists several runtime directories with colons; the first is ours.
  const runtime = env['RUNTIME_DIRECTORY']?.split(':')[0] ?? '';
  if (runtime !== '') return posix.join(runtime, FILE);
  if (uid === 0) return SYSTEM_PATH;
  const session = env['XDG_RUNTIME_DIR'] ?? '';
  return session === '' ? '' : posix.join(session, NAME, FILE);
}

/** Paths a client tries in turn: its own default, then the one of a service on this host. */
export function controlSocketCandidates(surroundings: ControlPathSurroundings): readonly string[] {
  const own = defaultControlSocket(surroundings);
  const paths = surroundings.platform === 'win32' ? [own] : [own, SYSTEM_PATH];
  return [...new Set(paths.filter((path) => path !== ''))];
}
