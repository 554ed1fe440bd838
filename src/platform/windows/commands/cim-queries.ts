import { ExporterError } from '../../../errors.ts';
import type { HostedService } from '../owners/service-unit.ts';
import { ALL_PORTS, appendWanted, type WindowsSockets } from '../sockets/windows-sockets.ts';
import { MIB_BOUND } from '../tables/tcp-state.ts';
import { type CimProcess, processesOfCim, servicesOfCim, socketsOfCimTcp, socketsOfCimUdp } from './cim-rows.ts';
import type { CimSession } from './cim-session.ts';

// Properties and -f only: they work in the Constrained Language Mode of locked-down hosts, most method calls do not.
const instances = (source: string, properties: string): string =>
  `Get-CimInstance -ErrorAction Stop ${source} -Property ${properties}`;

const TCP = '-Namespace root/StandardCimv2 -ClassName MSFT_NetTCPConnection';
const TCP_FIELDS = 'LocalAddress,LocalPort,RemoteAddress,RemotePort,State,OwningProcess';
const TCP_LINE =
  "'{0}|{1}|{2}|{3}|{4}|{5}' -f $_.LocalAddress,$_.LocalPort,$_.RemoteAddress,$_.RemotePort,[int]$_.State,$_.OwningProcess";

/** Every socket of both protocols. @throws ExporterError EPH_WINDOWS_COMMAND, EPH_WINDOWS_OUTPUT */
export async function readCimSockets(session: CimSession): Promise<WindowsSockets> {
  const tcp = await session.query({ objects: instances(TCP, TCP_FIELDS), line: TCP_LINE });
  const udp = await session.query({
    objects: instances(
      '-Namespace root/StandardCimv2 -ClassName MSFT_NetUDPEndpoint',
      'LocalAddress,LocalPort,OwningProcess',
    ),
    line: "'{0}|{1}|{2}' -f $_.LocalAddress,$_.LocalPort,$_.OwningProcess",
  });
  if (tcp.length === 0) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'CIM shows no TCP socket, not even a listener');
  const sockets = socketsOfCimTcp(tcp);
  appendWanted(sockets, socketsOfCimUdp(udp), ALL_PORTS);
  return sockets;
}

/** Bound-only sockets; none is a valid answer. @throws ExporterError EPH_WINDOWS_COMMAND, EPH_WINDOWS_OUTPUT */
export async function readCimBound(session: CimSession): Promise<WindowsSockets> {
  const filter = `-Filter 'State=${MIB_BOUND}'`;
  return socketsOfCimTcp(await session.query({ objects: instances(`${TCP} ${filter}`, TCP_FIELDS), line: TCP_LINE }));
}

/** Every process and running service. @throws ExporterError EPH_WINDOWS_COMMAND, EPH_WINDOWS_OUTPUT */
export async function readCimOwners(
  session: CimSession,
): Promise<{ readonly processes: readonly CimProcess[]; readonly services: readonly HostedService[] }> {
  const processes = await session.query({
    objects: instances('-ClassName Win32_Process', 'ProcessId,CreationDate,HandleCount,Name,ExecutablePath'),
    line:
      "'{0}|{1}|{2}|{3}|{4}' -f $_.ProcessId,$(if ($_.CreationDate) { $_.CreationDate.ToUniversalTime().Ticks })," +
      '$_.HandleCount,$_.Name,$_.ExecutablePath',
  });
  const services = await session.query({
    objects: instances("-ClassName Win32_Service -Filter 'ProcessId<>0'", 'ProcessId,Name'),
    line: "'{0}|{1}' -f $_.ProcessId,$_.Name",
  });
  if (processes.length === 0) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'CIM shows no process');
  return { processes: processesOfCim(processes), services: servicesOfCim(services) };
}
