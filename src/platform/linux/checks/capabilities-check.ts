import { type Finding, notApplicable, ok, warning } from '../../check.ts';
import { type Capability, hasCapability, isInitialUserNamespace } from './capabilities.ts';
import type { ReadProcText } from './proc-texts.ts';

/** Whether this process may find the owners of all sockets. */
export function checkCapabilities(readText: ReadProcText, scope: 'host' | 'container'): Finding {
  const status = readText('self/status');
  const has = (capability: Capability) => hasCapability(status, capability);
  if (has('CAP_SYS_PTRACE') === undefined) return notApplicable('the capabilities of this process cannot be read');
  // CAP_DAC_OVERRIDE opens every directory too, and is what root in a container has by default.
  const mayRead = has('CAP_DAC_READ_SEARCH') || has('CAP_DAC_OVERRIDE');
  const missing: Capability[] = [];
  if (!has('CAP_SYS_PTRACE')) missing.push('CAP_SYS_PTRACE');
  if (!mayRead) missing.push('CAP_DAC_READ_SEARCH');
  if (missing.length > 0) {
    const why = `without ${missing.join(' and ')} the owners of other users' sockets stay unknown`;
    return warning(why, remedyFor(missing, scope));
  }
  if (!isInitialUserNamespace(readText('self/uid_map'))) {
    const why = 'CAP_SYS_PTRACE is held in a user namespace only, not for the processes of the host';
    return warning(why, 'run it in the initial user namespace: not rootless, and without --userns');
  }
  const other = has('CAP_SYS_ADMIN')
    ? ' and CAP_SYS_ADMIN'
    : '; not CAP_SYS_ADMIN, which other network namespaces need';
  return ok(`holds what finding owners needs (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH)${other}`);
}

function remedyFor(missing: readonly Capability[], scope: 'host' | 'container'): string {
  if (scope === 'container') {
    const added = missing.map((capability) => `--cap-add ${capability.slice('CAP_'.length)}`).join(' ');
    return `start the container with --pid=host --network=host ${added}`;
  }
  const unit = `AmbientCapabilities=${['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH'].join(' ')}`;
  return `run it as root, or put ${unit} under [Service]: systemctl edit ephemeral-port-exporter`;
}
