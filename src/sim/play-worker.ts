import { parentPort, workerData } from 'node:worker_threads';
import { ingest } from './ingest.ts';
import type { PlayRequest } from './play-all.ts';
import { playScenario, type Truth } from './play-scenario.ts';
import { prometheusClient } from './prometheus-server.ts';

const { base, scenario, seed, names } = workerData as PlayRequest;
const truth: Truth = { emptyAt: Number.POSITIVE_INFINITY };
await ingest(prometheusClient(base), scenario.name, playScenario(scenario, seed, truth), names);
parentPort?.postMessage(truth);
