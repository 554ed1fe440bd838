import { ExporterError } from '../errors.ts';

/** The first descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST_FD = 3;
/** A bound on nonsense; nobody activates us with more sockets. */
const MAX_FDS = 64;

/**
 * Descriptors passed by systemd socket activation, from LISTEN_PID and LISTEN_FDS (sd_listen_fds(3)).
 * @throws ExporterError EPH_LISTEN when there are none for this process.
 */
export function systemdSocketFds(env: Readonly<Record<string, string | undefined>>, pid: number): readonly number[] {
  const count = Number(env['LISTEN_FDS'] ?? '');
  const ours = env['LISTEN_PID'] === String(pid);
  if (!ours || !Number.isInteger(count) || count < 1 || count > MAX_FDS) {
    throw new ExporterError(
      'EPH_LISTEN',
      '--web.systemd-socket is given but systemd passed no socket to this process; start it through its .socket unit',
    );
  }
  return Array.from({ length: count }, (_, index) => FIRST_FD + index);
}
