import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningExporter, startExporter } from '../exporter.ts';
import { parseMetrics, type Series, seriesValue } from '../metrics-text.ts';

export interface Footprint {
  readonly rssMb: number;
  readonly fds: number;
}

/** An exporter on a chaos host: asked again and again, and ended without warning. */
export class WatchedExporter {
  readonly footprints: Footprint[] = [];
  kills = 0;
  readonly #options: Parameters<typeof startExporter>[0];
  #running: RunningExporter | undefined;

  constructor(name: string, directory: string, netns: string, port: number, flags: readonly string[]) {
    const quick = ['--sample.interval=1s', '--sample.cpu-budget=40%', '--stuck.after=5s', ...flags];
    this.#options = { directory: join(directory, name), port, netns, everywhere: true, flags: quick };
  }

  async start(): Promise<void> {
    this.#running = await startExporter(this.#options);
  }

  async kill(): Promise<void> {
    await this.#running?.program.kill();
    this.kills++;
    await this.start();
  }

  async scrape(): Promise<Series[]> {
    const { program, metrics } = this.#running as RunningExporter;
    const series = parseMetrics(await metrics());
    const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]);
    this.footprints.push({ rssMb: rssKb / 1024, fds: readdirSync(`/proc/${program.pid}/fd`).length });
    return series;
  }

  async stop(): Promise<void> {
    await this.#running?.program.stop();
  }
}

/** Sum of the series of a name whose labels include `labels`. */
export function sum(series: readonly Series[], name: string, labels: Readonly<Record<string, string>>): number {
  return series
    .filter((one) => one.name === `ephemeral_port_${name}`)
    .filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((total, { value }) => total + value, 0);
}

/** What is wrong with the sums of one answer: a line for each pool whose ways to count differ. */
export function findDisagreements(series: readonly Series[]): string[] {
  return series
    .filter(({ name }) => name === 'ephemeral_port_used')
    .flatMap(({ labels: { protocol = '', netns = '' }, value }) => {
      const ways = [sum(series, 'state_ports', { protocol, netns }), sum(series, 'process_ports', { protocol, netns })];
      return ways.every((way) => way === value)
        ? []
        : [`${protocol} of ${netns}: used ${value}, by state and owner ${ways}`];
    });
}

export const valueIn = (series: readonly Series[], name: string, labels: Record<string, string>): number | undefined =>
  seriesValue(series, `ephemeral_port_${name}`, labels);
