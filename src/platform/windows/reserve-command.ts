/** Keeps a TCP port from being handed out, for good; one line. */
export function reserveCommand(port: number): string {
  return `netsh int ipv4 add excludedportrange protocol=tcp startport=${port} numberofports=1 store=persistent`;
}
