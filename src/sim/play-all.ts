import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Truth } from './play-scenario.ts';
import type { Scenario } from './scenario.ts';

/** What a worker is given; it answers with the {@link Truth}. */
export interface PlayRequest {
  /** Of the Prometheus that its series go to. */
  readonly base: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly names: ReadonlySet<string>;
}

const WORKER = new URL('./play-worker.js', import.meta.url);

/** Plays every scenario into the Prometheus at `base`, one on each processor at a time, the longest first. */
export async function playAll(
  base: string,
  scenarios: readonly Scenario[],
  seed: number,
  names: ReadonlySet<string>,
): Promise<Map<string, Truth>> {
  const waiting = [...scenarios].sort((a, b) => a.days - b.days);
  const truths = new Map<string, Truth>();
  const playOn = async (): Promise<void> => {
    for (let scenario = waiting.pop(); scenario !== undefined; scenario = waiting.pop()) {
      const request: PlayRequest = { base, scenario, seed, names };
      const [truth] = (await once(new Worker(WORKER, { workerData: request }), 'message')) as [Truth];
      truths.set(scenario.name, truth);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, playOn));
  return truths;
}
