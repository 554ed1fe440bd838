import { parseListenAddress } from '../../http/listen-address.ts';
import type { DynamicRange } from '../../model/port-range.ts';
import { type Finding, notApplicable, ok, type PlatformChecks, warning } from '../../platform/check.ts';

/** Whether a program could be handed the exporter's own port while the exporter is down. */
export function checkListenRange(
  addresses: readonly string[],
  ranges: readonly DynamicRange[],
  { reserveCommand }: Pick<PlatformChecks, 'reserveCommand'>,
): Finding {
  const ports = addresses.map((text) => parseListenAddress(text)?.port ?? 0).filter((port) => port > 0);
  if (ports.length === 0 || ranges.length === 0) return notApplicable('no fixed port, or no range is known');
  const tcp = ranges.filter(({ protocol }) => protocol === 'tcp');
  const taken = ports.find((port) => tcp.some((range) => canHandOut(range, port)));
  if (taken === undefined) return ok(`${ports.join(', ')} cannot be handed out to other programs`);
  return warning(
    `port ${taken} lies inside the dynamic range: another program may get it while the exporter is down`,
    reserveCommand(taken) || 'choose a port outside the range with --web.listen-address',
  );
}

function canHandOut({ first, last, excluded }: DynamicRange, port: number): boolean {
  const isExcluded = excluded.some((span) => port >= span.first && port <= span.last);
  return port >= first && port <= last && !isExcluded;
}
