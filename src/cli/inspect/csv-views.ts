import { csvLine } from '../../http/api/csv.ts';
import type { OwnerAnswer } from '../../http/api/owner-schema.ts';
import type { JourneyAnswer, PortAnswer } from '../../http/api/ports-schema.ts';

/** Owners for a spreadsheet; what is not known is an empty cell. */
export function ownersCsv(owners: readonly OwnerAnswer[]): string {
  const header = csvLine([
    'process',
    'unit',
    'netns',
    'ports',
    'bound',
    'established',
    'time_wait',
    'close_wait',
    'listen',
    'transient',
    'udp',
    'stuck',
    'ports/min',
    'oldest held',
    'last remote',
    'leaking',
  ]);
  const lines = owners.map((owner) => {
    const { tcp, udp } = owner;
    const udpPorts =
      udp.established === undefined && udp.unconnected === undefined
        ? ''
        : (udp.established ?? 0) + (udp.unconnected ?? 0);
    return csvLine([
      owner.process,
      owner.unit,
      owner.netns,
      owner.ports,
      tcp.bound ?? '',
      tcp.established ?? '',
      tcp.time_wait ?? '',
      tcp.close_wait ?? '',
      tcp.listen ?? '',
      tcp.transient ?? '',
      udpPorts,
      owner.stuck,
      owner.portsPerMinute ?? '',
      timeCell(owner.oldestHeldMs),
      owner.stuckRemotes[0]?.remote ?? '',
      owner.isLeaking ? 'yes' : 'no',
    ]);
  });
  return header + lines.join('');
}

export function portsCsv(ports: readonly PortAnswer[]): string {
  const header = csvLine([
    'netns',
    'protocol',
    'port',
    'state',
    'process',
    'unit',
    'pid',
    'local',
    'held since',
    'stuck',
    'remote',
  ]);
  const lines = ports.map((port) =>
    csvLine([
      port.netns,
      port.protocol,
      port.port,
      port.state,
      port.process,
      port.unit,
      port.pid ?? '',
      port.local,
      timeCell(port.heldSinceMs),
      port.stuck ? 'yes' : 'no',
      port.remote ?? '',
    ]),
  );
  return header + lines.join('');
}

export function journeyCsv({ protocol, port, journeys }: JourneyAnswer): string {
  const header = csvLine(['netns', 'protocol', 'port', 'from', 'to', 'state', 'process', 'unit', 'pid', 'remote']);
  const lines = journeys.flatMap(({ netns, lifeLine }) =>
    lifeLine.map(({ fromMs, toMs, state, process, unit, pid, remote }) =>
      csvLine([
        netns,
        protocol,
        port,
        timeCell(fromMs),
        timeCell(toMs),
        state,
        process ?? '',
        unit ?? '',
        pid ?? '',
        remote ?? '',
      ]),
    ),
  );
  return header + lines.join('');
}

/** UTC in the form that spreadsheets take for a date. */
function timeCell(ms: number | undefined): string {
  return ms === undefined ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
