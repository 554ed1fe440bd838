import { type FleetSeries, fleetHost } from './cost-fleet.ts';
import type { PrometheusClient } from './prometheus-server.ts';
import type { SeriesPoints } from './remote-write.ts';

const SLICE_MINUTES = 30;
const SERIES_PER_WRITE = 20_000;

/** The series of so many hosts. */
export function fleetOf(hosts: number): FleetSeries[] {
  return Array.from({ length: hosts }, (_, host) => fleetHost(host)).flat();
}

/** Oldest first over all series, as scrapes and rules write: samples out of order are stored in another, slower way. */
export async function writeFleet(
  server: PrometheusClient,
  fleet: readonly FleetSeries[],
  nowMs: number,
): Promise<void> {
  const longest = fleet.reduce((most, { minutes }) => Math.max(most, minutes), 0);
  for (let from = -longest; from <= 0; from += SLICE_MINUTES) {
    const slice: SeriesPoints[] = [];
    for (const { labels, step, minutes, value } of fleet) {
      const timesMs: number[] = [];
      const values: number[] = [];
      const first = Math.max(from, -minutes);
      for (let minute = Math.ceil(first / step) * step; minute < from + SLICE_MINUTES && minute <= 0; minute += step) {
        timesMs.push(nowMs + minute * 60_000);
        values.push(value(minute));
      }
      if (timesMs.length > 0) slice.push({ labels, timesMs, values });
    }
    await writeInParts(server, slice);
  }
}

/** Requests of a size that Prometheus takes. */
export async function writeInParts(server: PrometheusClient, series: readonly SeriesPoints[]): Promise<void> {
  for (let at = 0; at < series.length; at += SERIES_PER_WRITE)
    await server.write(series.slice(at, at + SERIES_PER_WRITE));
}
