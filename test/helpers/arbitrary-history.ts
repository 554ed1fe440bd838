import fc from 'fast-check';
import type { Sample } from '../../src/model/sample.ts';
import { namespaceRow, processRow, sampleAt } from './sample-builder.ts';

const TCP_STATES = [
  'established',
  'syn_sent',
  'fin_wait1',
  'fin_wait2',
  'time_wait',
  'bound',
  'bound',
  'close_wait',
  'last_ack',
  'listen',
] as const;

const NAMESPACES = [namespaceRow('host'), namespaceRow('pod')];

const REMOTES = ['10.0.0.8:80', '10.0.0.9:443', '169.254.169.254:80', '[fe80::1]:80'];

/** How sockets are told apart: as on Linux, as on Windows, or not at all. */
export type Identity = 'cookie' | 'created' | 'none';

const arbitrarySocket = fc.record({
  id: fc.integer({ min: 1, max: 16 }),
  owner: fc.oneof(
    { weight: 5, arbitrary: fc.nat(3) },
    { weight: 1, arbitrary: fc.constantFrom('kernel', 'gone', 'noPermission') },
  ),
  state: fc.constantFrom(...TCP_STATES),
  remote: fc.constantFrom(...REMOTES),
  isStale: fc.boolean(),
  isUdp: fc.boolean(),
  netns: fc.constantFrom('host', 'host', 'pod'),
});

const arbitraryStep = fc.record({
  afterMs: fc.constantFrom(1, 1_000, 5_000, 20_000, 90_000_000),
  sockets: fc.uniqueArray(arbitrarySocket, { maxLength: 16, selector: ({ id }) => id }),
  /** Processes that are replaced by a namesake or by another program with the same pid. */
  restarted: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
  renamed: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(3) }),
});

/**
 * Samples of one host, one after the other: few ports, sockets that come back with other states and owners, processes that
 * restart (with a new pid or the old one) and change their names. Each cookie stays on its port, as kernels have it.
 */
export function arbitraryHistory(identity: Identity): fc.Arbitrary<readonly Sample[]> {
  return fc.array(arbitraryStep, { minLength: 1, maxLength: 12 }).map((steps) => {
    const processes = [0, 1, 2, 3].map((n) => processRow(`app${n % 3}`, { pid: 10 + n, startMs: 1, unit: '' }));
    let bootMs = 1_000;
    return steps.map(({ afterMs, sockets, restarted, renamed }) => {
      bootMs += afterMs;
      const exited = restarted.map((n) => {
        const old = processes[n] as (typeof processes)[number];
        processes[n] = { ...old, startMs: old.startMs + 1, pid: n % 2 === 0 ? old.pid : old.pid + 10 };
        return old;
      });
      if (renamed >= 0) {
        const old = processes[renamed] as (typeof processes)[number];
        processes[renamed] = { ...old, name: old.name === 'exec' ? `app${renamed % 3}` : 'exec' };
      }
      const builder = sampleAt(bootMs).exited(...exited);
      for (const { id, owner, state, remote, isStale, isUdp, netns } of sockets) {
        const udpState = state === 'established' ? 'established' : 'unconnected';
        const hasPeer = isUdp ? state === 'established' : state !== 'listen' && (state !== 'bound' || isStale);
        const text = [
          isUdp ? `udp ${udpState}` : `tcp ${state}`,
          `10.0.0.${1 + (id % 2)}:${40_000 + (id % 11)}`,
          ...(hasPeer ? [`> ${remote}`] : []),
          ...(identity === 'cookie' ? [`#${id}`] : []),
          ...(identity === 'created' ? [`created=${1_700_000_000_000 + id * 1_000}`] : []),
          `in ${netns}`,
        ].join(' ');
        if (!isUdp && state === 'time_wait') builder.noOwner('timeWait', [text]);
        else if (typeof owner === 'string') builder.noOwner(owner as 'kernel', [text]);
        else builder.owner('', [text], processes[owner] as (typeof processes)[number]);
      }
      return mergeProcesses(builder.sample({ namespaces: NAMESPACES }));
    });
  });
}

/** The same sample with each process listed once. */
function mergeProcesses(sample: Sample): Sample {
  const identities = sample.processes.map(({ pid, startMs }) => `${pid}@${startMs}`);
  const process = sample.sockets.process.map((row) => (row < 0 ? row : identities.indexOf(identities[row] as string)));
  return { ...sample, sockets: { ...sample.sockets, process } };
}
