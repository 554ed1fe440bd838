import { type Finding, ok, warning } from '../../check.ts';
import type { NamespaceIdentity } from '../namespace-name.ts';

/** Whose sockets and processes are seen: those of the host, or of the place the exporter is shut in. */
export function checkScope({ name, scope, inode }: NamespaceIdentity): Finding {
  if (scope === 'container') {
    const why = 'only the processes and ports of this container are seen: the proc root is not that of the host';
    return warning(why, 'start the container with --pid=host --network=host (and both capabilities, see that check)');
  }
  if (name === 'host') return ok('the network namespace and the processes of the host');
  const why = `the network namespace seen is ${inode || 'not known'}, not that of the host`;
  return warning(
    why,
    'nsenter --net=/proc/1/ns/net ephemeral-port-exporter, unless this namespace is the one you mean',
  );
}
