import { describe, expect, it } from 'vitest';
import { NamespaceCensus } from '../../../../../src/platform/linux/namespaces/namespace-census.ts';

/** Where each process lives; what begins with `proc-` may not be asked. */
function makeHost(homes: Record<number, string>, numbers: Readonly<Record<string, string>> = {}) {
  const host = { homes, asked: 0, isListed: true };
  const census = new NamespaceCensus({
    listPids: () => (host.isListed ? Object.keys(host.homes).map(Number) : 'failed'),
    readNetns: (pid) => {
      host.asked++;
      return host.homes[pid] ?? '';
    },
    readNetNumber: (pid) => numbers[host.homes[pid] ?? ''] ?? host.homes[pid] ?? '',
  });
  return { host, census };
}

const entries = (census: NamespaceCensus) => Object.fromEntries(census.take() ?? []);

describe('NamespaceCensus', () => {
  it('finds each namespace with its processes, ascending', () => {
    const { census } = makeHost({ 1: '100', 2: '100', 5: '200', 9: '100' });
    expect(entries(census)).toEqual({ 100: [1, 2, 9], 200: [5] });
  });

  it('forgets a namespace with its last process', () => {
    const { host, census } = makeHost({ 1: '100', 5: '200', 6: '200' });
    census.take();
    delete host.homes[5];
    expect(entries(census)).toEqual({ 100: [1], 200: [6] });
    delete host.homes[6];
    expect(entries(census)).toEqual({ 100: [1] });
  });

  it('asks a steady host little, but whoever stands for a namespace each time', () => {
    const { host, census } = makeHost(Object.fromEntries(Array.from({ length: 160 }, (_, pid) => [pid + 1, '100'])));
    for (let round = 0; round < 8; round++) census.take();
    host.asked = 0;
    census.take();
    expect(host.asked).toBe(160 / 16 + 1);
    host.homes[1] = '200';
    expect(entries(census)).toMatchObject({ 200: [1], 100: expect.arrayContaining([2, 160]) });
  });

  it('follows a process that enters a namespace after it began, at once while young and soon when old', () => {
    const { host, census } = makeHost({ 1: '100', 7: '100' });
    census.take();
    host.homes[7] = '200';
    expect(entries(census)).toEqual({ 100: [1], 200: [7] });
    for (let round = 0; round < 20; round++) census.take();
    host.homes[7] = '300';
    for (let round = 0; round < 16; round++) census.take();
    expect(entries(census)).toEqual({ 100: [1], 300: [7] });
  });

  it('puts processes that may not be asked where their number says, behind the others', () => {
    const { census } = makeHost({ 1: 'proc-7', 2: '100', 3: 'proc-8', 4: 'proc-8' }, { 100: 'proc-7' });
    expect(entries(census)).toEqual({ 100: [2, 1], 'proc-8': [3, 4] });
  });

  it('knows nothing when the processes cannot be listed', () => {
    const { host, census } = makeHost({ 1: '100' });
    host.isListed = false;
    expect(census.take()).toBeUndefined();
  });

  it('leaves out a process that is gone before it is asked', () => {
    const { census } = makeHost({ 1: '100', 2: '' });
    expect(entries(census)).toEqual({ 100: [1] });
  });
});
