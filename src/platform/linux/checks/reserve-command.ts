const SYSCTL = 'net.ipv4.ip_local_reserved_ports';
const FILE = '/etc/sysctl.d/60-ephemeral-port-exporter.conf';

/** Reserves a port beside those that are reserved already: the sysctl takes the whole list. */
export function reserveCommand(port: number, reserved: string): string {
  const list = [reserved.trim(), port].filter((part) => part !== '').join(',');
  return `echo ${SYSCTL}=${list} > ${FILE} && sysctl -p ${FILE}`;
}
