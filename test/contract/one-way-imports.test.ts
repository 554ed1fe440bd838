import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/** What the files of each room may import besides their own room (DESIGN section 3); deeper rooms come first. */
const RULES: readonly (readonly [room: string, may: readonly string[]])[] = [
  ['model', []],
  ['errors', []],
  ['log', ['errors']],
  ['config', ['model', 'errors', 'log']],
  ['platform/select', ['model', 'errors', 'config', 'log', 'platform', 'platform/linux', 'platform/windows']],
  ['platform/linux', ['model', 'errors', 'config', 'platform']],
  ['platform/windows', ['model', 'errors', 'config', 'platform']],
  ['platform/replay', ['model', 'errors', 'platform']],
  ['platform', ['model', 'errors']],
  ['ledger', ['model']],
  ['analysis', ['model']],
  ['collect', ['model', 'errors', 'platform', 'ledger', 'analysis']],
  ['store', ['model', 'errors', 'platform/replay', 'ledger', 'collect']],
  ['metrics/from-report', ['model', 'metrics']],
  ['metrics', ['model', 'errors']],
  ['http', ['model', 'errors', 'config', 'log', 'analysis', 'metrics', 'http']],
];

/** Rooms at the end of the way: nothing may import them but what is named here. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  app: ['cli', 'main'],
  cli: ['main', 'exe-linux', 'exe-windows'],
  main: [],
  'exe-linux': [],
  'exe-windows': [],
  bundle: ['sim'],
  sim: [],
  demo: [],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function imports(): Import[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[jt]s$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(SRC, file), 'utf8');
      const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] as string);
      return targets.map((target) => ({ from: file, to: relative(SRC, join(SRC, dirname(file), target)) }));
    });
}

function roomOf(file: string): string {
  const path = file.replace(/\.ts$/, '');
  const rooms = [...RULES.map(([room]) => room), ...Object.keys(ENDS)].sort((a, b) => b.length - a.length);
  return rooms.find((room) => path === room || path.startsWith(`${room}/`)) ?? path;
}

/** Circles of imports, each as the way round. */
function circlesOf(all: readonly Import[]): (readonly string[])[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of all) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const findCircle = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of targets.get(file) ?? []) {
      const circle = findCircle(target, [...way, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  return [...targets.keys()].map((file) => findCircle(file, [])).filter((circle) => circle !== undefined);
}

const rules = new Map(RULES);

describe('imports', () => {
  it('go one way through the rooms', () => {
    const wrong = imports().filter(({ from, to }) => {
      const room = roomOf(from);
      const target = roomOf(to);
      const may = rules.get(room);
      return may !== undefined && target !== room && !may.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it('go round in no circle, not even within a room', () => {
    expect(circlesOf(imports())).toEqual([]);
  });

  it.each(['platform/linux', 'platform/windows'])(
    'go round in no circle between the rooms of %s either',
    (platform) => {
      const roomIn = (file: string): string => new RegExp(`^${platform}/([^/]+)/`).exec(file)?.[1] ?? '';
      const between = imports()
        .map(({ from, to }) => ({ from: roomIn(from), to: roomIn(to) }))
        .filter(({ from, to }) => from !== '' && to !== '' && from !== to);
      expect(between.length).toBeGreaterThan(5);
      expect(circlesOf(between)).toEqual([]);
    },
  );

  it('lead nowhere back from the ends', () => {
    const wrong = imports().filter(({ from, to }) => {
      const may = ENDS[roomOf(to)];
      return may !== undefined && roomOf(from) !== roomOf(to) && !may.includes(roomOf(from));
    });
    expect(wrong).toEqual([]);
  });

  it('are read at all: every room that has a rule is known by its files', () => {
    const rooms = new Set(imports().flatMap(({ from, to }) => [roomOf(from), roomOf(to)]));
    expect(['model', 'collect', 'store', 'platform/replay'].filter((room) => !rooms.has(room))).toEqual([]);
  });
});
