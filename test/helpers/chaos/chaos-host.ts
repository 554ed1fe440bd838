import { join } from 'node:path';
import { compileLeaky, startLeaky } from '../leaky.ts';
import { makeNamespace, type Namespace } from '../namespace.ts';
import { eventually, type Program, startProgram } from '../program.ts';
import { bindOnLoopback } from '../recipes/bound.ts';
import { copyInterpreter, startLab } from '../socket-lab.ts';

/** Ports that the steady program holds from the beginning to the end. */
export const STEADY_PORTS = 40;
export const STEADY = 'steady-dns';

// Of the work of churn.py, 80 % are connections: 2,000 a second, to so many destinations that TIME_WAIT does not end it.
const CHURNS = 5;
const CHURN_RATE = 500;

/** A namespace in which all sorts of things go on, and one program that does nothing. */
export interface ChaosHost {
  readonly netns: Namespace;
  stop(): Promise<void>;
}

export async function startChaosHost(directory: string): Promise<ChaosHost> {
  const netns = await makeNamespace('eph-chaos');
  const running: Program[] = [];
  running.push(await startLeaky(compileLeaky(directory, STEADY), { netns: netns.name, count: STEADY_PORTS }));
  for (let index = 0; index < CHURNS; index++) {
    const name = `churn-${index}`;
    const program = startProgram({
      command: copyInterpreter(directory, name),
      args: [join(import.meta.dirname, '../churn.py'), String(CHURN_RATE), String(20_100 + index)],
      netns: netns.name,
      logFile: join(directory, `${name}.log`),
    });
    running.push(program);
    await eventually(`${name} at work`, () => program.output().includes('churning') || undefined);
  }
  return {
    netns,
    async stop() {
      await Promise.all(running.map((program) => program.stop()));
      await netns.remove();
    },
  };
}

/** A namespace that comes and goes, with a program that holds a known number of ports. */
export interface PassingNamespace {
  readonly name: string;
  readonly ports: number;
  /** Unix ms since when it holds them all. */
  readonly readyAtMs: number;
  remove(): Promise<void>;
}

let made = 0;

/** Namespaces that come and go beside the test until it is stopped. */
export interface PassingNamespaces {
  /** Those that are there, with nothing being done to them. */
  present(): readonly PassingNamespace[];
  stop(): Promise<void>;
}

/** Makes one namespace after another, `pauseMs` apart, and removes the oldest beyond `most`. */
export function keepNamespacesPassing(most: number, pauseMs: number): PassingNamespaces {
  const present: PassingNamespace[] = [];
  let isStopped = false;
  const work = async () => {
    while (!isStopped) {
      present.push(await makePassingNamespace());
      if (present.length > most) await present.shift()?.remove();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const ended = work();
  return {
    present: () => [...present],
    async stop() {
      isStopped = true;
      await ended;
      await Promise.all(present.splice(0).map((namespace) => namespace.remove()));
    },
  };
}

async function makePassingNamespace(): Promise<PassingNamespace> {
  const ports = 10 + (made++ % 20);
  const namespace = await makeNamespace('eph-pass');
  const lab = startLab(namespace.name);
  await bindOnLoopback(lab, ports);
  return {
    name: namespace.name,
    ports,
    readyAtMs: Date.now(),
    async remove() {
      // In the middle of whatever the exporter is doing with it.
      await lab.kill();
      await namespace.remove();
    },
  };
}
