import { expect, test } from 'vitest';
import { History } from '../../../src/ledger/history.ts';
import { historyColumns } from '../../../src/ledger/history-columns.ts';
import { PORT_STATE } from '../../../src/model/socket-state.ts';

type Group = Parameters<History['record']>[0][number];

const MINUTE = 60_000;
const START = 1_700_000_040_000;
const KEY = { netns: 'host', process: 'leaky', unit: '' };

/** Records counts of one group, one entry a minute; undefined: no sample was taken. */
function historyOf(
  minutes: readonly (Readonly<Partial<Record<keyof typeof PORT_STATE, number>>> | undefined)[],
): History {
  const history = new History();
  const group = { ...KEY, kind: 'named', ports: 1, startMs: 5, executableChangeMs: 0 } as Group;
  minutes.forEach((counts, minute) => {
    if (counts === undefined) return;
    history.begin(1);
    for (const [state, ports] of Object.entries(counts)) {
      const code = PORT_STATE[state as keyof typeof PORT_STATE];
      for (let port = 0; port < ports; port++) history.count(0, code, state === 'unconnected' ? 1 : 0);
    }
    history.record([group], START + minute * MINUTE);
  });
  return history;
}

test('curves that begin later are 0 before, each count is of the end of its minute, and minutes without a sample are left out', () => {
  const history = historyOf([
    { established: 3 },
    { established: 2, bound: 1 },
    undefined,
    { bound: 4, unconnected: 2 },
  ]);
  const columns = historyColumns(history, KEY, 0, 0);
  expect(Array.from(columns?.timesMs ?? [])).toEqual([1, 2, 3].map((minute) => START + minute * MINUTE));
  expect(columns?.ports).toEqual({
    established: Float64Array.of(3, 2, 0),
    bound: Float64Array.of(0, 1, 4),
    udp: Float64Array.of(0, 0, 2),
  });
});

test('the past begins where it is asked for', () => {
  const columns = historyColumns(historyOf([{ bound: 1 }, { bound: 2 }, { bound: 3 }]), KEY, 0, START + 2 * MINUTE);
  expect(columns?.ports).toEqual({ bound: Float64Array.of(2, 3) });
});

test('the longer grid keeps the last count of five minutes', () => {
  const minutes = Array.from({ length: 11 }, (_, index) => ({ bound: index + 1 }));
  const columns = historyColumns(historyOf(minutes), KEY, 1, 0);
  const last = Array.from(columns?.ports.bound ?? []).at(-1);
  expect(last).toBe(11);
  expect(columns?.timesMs.length).toBe(new Set(minutes.map((_, i) => Math.floor((START + i * MINUTE) / 300_000))).size);
});

test('nobody has no past', () => {
  expect(historyColumns(historyOf([]), KEY, 0, 0)).toBeUndefined();
});
