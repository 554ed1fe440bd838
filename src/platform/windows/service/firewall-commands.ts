import type { Command } from './command-line.ts';

/** An opening of the firewall for one program. */
export interface FirewallRule {
  readonly name: string;
  /** Full path of the executable. */
  readonly executable: string;
  readonly ports: readonly number[];
  /** Addresses and networks, comma-joined, or `any`. */
  readonly remote: string;
}

export function addFirewallRule({ name, executable, ports, remote }: FirewallRule): Command {
  const what = ['dir=in', 'action=allow', 'protocol=TCP', `localport=${ports.join()}`, `remoteip=${remote}`];
  return {
    file: 'netsh.exe',
    args: ['advfirewall', 'firewall', 'add', 'rule', `name=${name}`, ...what, `program=${executable}`],
  };
}

/** There may be none. */
export function removeFirewallRule(name: string): Command {
  return {
    file: 'netsh.exe',
    args: ['advfirewall', 'firewall', 'delete', 'rule', `name=${name}`],
    isOptional: true,
  };
}
