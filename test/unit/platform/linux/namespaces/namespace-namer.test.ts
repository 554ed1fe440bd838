import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readIpNetnsNames } from '../../../../../src/platform/linux/namespaces/ip-netns.ts';
import { NamespaceNamer } from '../../../../../src/platform/linux/namespaces/namespace-namer.ts';

const NOWHERE = { container: '', podUid: '' };
const NOBODY: ReadonlySet<string> = new Set();

function makeNamer(
  names: Readonly<Record<string, string>> = {},
  places: Readonly<Record<number, Partial<typeof NOWHERE>>> = {},
) {
  let listings = 0;
  const namer = new NamespaceNamer(
    {
      readIpNetnsNames: () => {
        listings++;
        return new Map(Object.entries(names));
      },
      readContainer: (pid) => ({ ...NOWHERE, ...places[pid] }),
    },
    '1',
  );
  namer.begin();
  return { namer, listings: () => listings };
}

describe('NamespaceNamer', () => {
  it('names by ip netns, else by pod, else by container, else by inode, and tells pod and container anyway', () => {
    const { namer } = makeNamer(
      { 2: 'blue' },
      { 20: { container: 'c2' }, 30: { container: 'c3', podUid: 'p3' }, 40: { container: 'c4' } },
    );
    expect(namer.name('2', [20], NOBODY)).toEqual({ name: 'blue', container: 'c2', podUid: '' });
    expect(namer.name('3', [30], NOBODY)).toEqual({ name: 'p3', container: 'c3', podUid: 'p3' });
    expect(namer.name('4', [40], NOBODY)).toEqual({ name: 'c4', container: 'c4', podUid: '' });
    expect(namer.name('5', [50], NOBODY)).toEqual({ name: '5', container: '', podUid: '' });
  });

  it('asks the next processes when the first is of the runtime', () => {
    const { namer } = makeNamer({}, { 12: { container: 'c' } });
    expect(namer.name('2', [10, 11, 12], NOBODY).name).toBe('c');
  });

  it('calls the initial namespace host and nothing else so', () => {
    const { namer } = makeNamer({ 1: 'x', 2: 'host', 3: 'self' });
    expect(namer.name('1', [1], NOBODY).name).toBe('host');
    expect(namer.name('2', [1], NOBODY).name).toBe('host-2');
    expect(namer.name('3', [1], NOBODY).name).toBe('self-3');
  });

  it('gives no name twice, and none that could be taken for the folded rest', () => {
    const { namer } = makeNamer({ 2: 'blue', 3: '(other)', 4: '\u202e\n' });
    expect(namer.name('2', [], new Set(['blue'])).name).toBe('blue-2');
    expect(namer.name('3', [], NOBODY).name).toBe('_(other)');
    expect(namer.name('4', [], NOBODY).name).toBe('4');
  });

  it('lists what ip netns named once a sample, and only when it is needed', () => {
    const { namer, listings } = makeNamer();
    namer.name('1', [], NOBODY);
    expect(listings()).toBe(0);
    namer.name('2', [], NOBODY);
    namer.name('3', [], NOBODY);
    expect(listings()).toBe(1);
    namer.begin();
    namer.name('2', [], NOBODY);
    expect(listings()).toBe(2);
  });
});

describe('readIpNetnsNames', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-netns-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('tells the names of the first directory there is by inode, but not those that runtimes make up', () => {
    const madeUp = ['cni-0d2f1c3e-7a55-4c11-9b1e-0f2d3c4b5a69', '0d2f1c3e-7a55-4c11-9b1e-0f2d3c4b5a69'];
    for (const name of ['blue', 'cni-of-mine', ...madeUp]) writeFileSync(join(directory, name), '');
    const inode = (name: string) => String(statSync(join(directory, name)).ino);
    expect(readIpNetnsNames([join(directory, 'missing'), directory, '/'])).toEqual(
      new Map([
        [inode('blue'), 'blue'],
        [inode('cni-of-mine'), 'cni-of-mine'],
      ]),
    );
    expect(readIpNetnsNames([join(directory, 'missing')])).toEqual(new Map());
  });
});
