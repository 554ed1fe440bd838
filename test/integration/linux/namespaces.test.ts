import { readdirSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AS_STRANGER, copyBuiltReader } from '../../helpers/built-copy.ts';
import { makeNamespace, type Namespace } from '../../helpers/namespace.ts';
import {
  type NamespaceReader,
  type ReaderOptions,
  type ReadSample,
  startReader,
} from '../../helpers/read-in-namespace.ts';
import { bindOnLoopback } from '../../helpers/recipes/bound.ts';
import { connectAndHold } from '../../helpers/recipes/connected.ts';
import { useUdp } from '../../helpers/recipes/limits.ts';
import { OUTSIDE_PORT, sampleText, type Truth, truthText } from '../../helpers/recipes/truth.ts';
import { startReporter } from '../../helpers/report-in-namespace.ts';
import { type Lab, listenOn, openSockets, startLab } from '../../helpers/socket-lab.ts';

const IDLE = fileURLToPath(new URL('../../../bench/idle-namespaces.py', import.meta.url));
/** Root, but without the right to enter a namespace. */
const WITHOUT_SYS_ADMIN = ['setpriv', '--bounding-set=-sys_admin'];

let made: Namespace[];
let ends: (() => Promise<unknown>)[];
beforeEach(() => {
  made = [];
  ends = [];
});
afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  await Promise.all(made.map((namespace) => namespace.remove().catch(() => undefined)));
});

async function makeSpace(range?: string): Promise<Namespace> {
  const namespace = await makeNamespace('eph-nn');
  made.push(namespace);
  if (range !== undefined) await namespace.setSysctl('net.ipv4.ip_local_port_range', range);
  return namespace;
}

function startIn(namespace: Namespace): Lab {
  const lab = startLab(namespace.name);
  ends.push(lab.stop);
  return lab;
}

/** A reader of every namespace of the host, in one of its own. */
async function startEverywhere(options: ReaderOptions = {}): Promise<NamespaceReader> {
  const reader = startReader((await makeSpace()).name, { everywhere: true, ...options });
  ends.push(reader.stop);
  return reader;
}

/** The sample, as if it were of that namespace alone. */
function only({ name }: Namespace, sample: ReadSample): ReadSample {
  return {
    ...sample,
    namespaces: sample.namespaces.filter((row) => row.name === name),
    rows: sample.rows.filter(({ netns }) => netns === name),
  };
}

/** Reads until `look` is content; the last sample then is. */
async function readUntil(reader: NamespaceReader, look: (sample: ReadSample) => boolean): Promise<ReadSample> {
  let sample = await reader.readSettled();
  await expect
    .poll(
      async () => {
        if (look(sample)) return true;
        sample = await reader.readSettled();
        return look(sample);
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  return sample;
}

const inodeOf = async (namespace: Namespace) =>
  /\d+/.exec(await namespace.exec('readlink', '/proc/self/ns/net'))?.[0] as string;

/** The same port and the same connection in each: only the namespace tells them apart. */
async function useTwins(lab: Lab): Promise<Truth> {
  const handle = await listenOn(lab, OUTSIDE_PORT);
  const [connected, bound] = await Promise.all([openSockets(lab), openSockets(lab)]);
  await lab.run('bind', { handles: connected, port: 45_002 });
  await lab.run('connect', { handles: connected, port: OUTSIDE_PORT });
  await lab.run('accept', { handle });
  await lab.run('bind', { handles: bound, port: 45_001 });
  const row = { protocol: 'tcp', family: 4, owner: lab.pid } as const;
  return [
    { ...row, state: 'established', port: 45_002, remote: `127.0.0.1:${OUTSIDE_PORT}` },
    { ...row, state: 'bound', port: 45_001 },
  ];
}

describe('a reader with every right', () => {
  it('keeps the same ports and connections of two namespaces apart, each with its range and its owners (A22)', async () => {
    const spaces = [await makeSpace('45000 45099'), await makeSpace()];
    const reader = await startEverywhere();
    const truths = await Promise.all(spaces.map((space) => useTwins(startIn(space))));
    const sample = await reader.readSettled();
    for (const [index, space] of spaces.entries()) {
      const own = only(space, sample);
      const truth = truths[index] as Truth;
      expect(sampleText(own, truth)).toEqual(truthText(truth));
      expect(own.namespaces).toMatchObject([{ inode: await inodeOf(space), boundVisible: true }]);
    }
    const firsts = spaces.map((space) => only(space, sample).namespaces[0]?.ranges[0]?.first);
    expect(firsts).toEqual([45_000, 32_768]);
    expect(sample.namespaces[0]).toMatchObject({ name: 'self', ranges: [{ first: 32_768 }, {}, {}, {}] });
    expect(sample.namespaces.filter(({ name }) => name === 'host').length).toBe(1);
    expect(sample.sources).toContainEqual({ piece: 'namespaces', source: 'inet_diag' });
  });

  it('follows a range that changes in another namespace', async () => {
    const space = await makeSpace();
    const reader = await startEverywhere();
    const lab = startIn(space);
    const before = await bindOnLoopback(lab, 3);
    expect(sampleText(only(space, await reader.readSettled()), before)).toEqual(truthText(before));
    await space.setSysctl('net.ipv4.ip_local_port_range', '20000 20999');
    const after = await bindOnLoopback(lab, 4);
    const sample = only(space, await reader.readSettled());
    expect(sample.namespaces[0]?.ranges[0]).toMatchObject({ first: 20_000, last: 20_999 });
    expect(sampleText(sample, after)).toEqual(truthText(after));
  });

  it('sees a namespace come, be used and go, and keeps nothing of it alive', async () => {
    const reader = await startEverywhere();
    const own = made[0] as Namespace;
    await reader.read();
    const space = await makeSpace();
    // A cable between the two: the kernel takes it away with the namespace, and not a moment before.
    await own.exec('ip', 'link', 'add', 'ephnn0', 'type', 'veth', 'peer', 'name', 'ephnn0', 'netns', space.name);
    const hasCable = async () => (await own.exec('ip', '-o', 'link')).includes('ephnn0');
    const lab = startIn(space);
    const truth = [...(await bindOnLoopback(lab, 20)), ...(await useUdp(lab))];
    const sample = await reader.readSettled();
    expect(sampleText(only(space, sample), truth)).toEqual(truthText(truth));
    const identity = only(space, sample).namespaces[0]?.identity;
    expect(await hasCable()).toBe(true);

    await lab.stop();
    await space.remove();
    // Not even until the next sample.
    await expect.poll(hasCable, { timeout: 10_000 }).toBe(false);
    expect(only(space, await reader.read()).namespaces).toEqual([]);

    await execa('ip', ['netns', 'add', space.name]);
    const successor = startIn(space);
    const again = await bindOnLoopback(successor, 2);
    const after = only(space, await reader.readSettled());
    expect(sampleText(after, again)).toEqual(truthText(again));
    expect(after.namespaces[0]?.identity).not.toBe(identity);
  });

  it('leaves every thread of its program in the namespace it was started in', async () => {
    const space = await makeSpace();
    await bindOnLoopback(startIn(space), 5);
    const reader = await startEverywhere();
    for (let sample = 0; sample < 5; sample++) await reader.read();
    const homes = readdirSync(`/proc/${reader.pid}/task`).map((task) =>
      readlinkSync(`/proc/${reader.pid}/task/${task}/ns/net`),
    );
    expect(homes.length).toBeGreaterThan(5);
    expect(new Set(homes)).toEqual(new Set([`net:[${await inodeOf(made[1] as Namespace)}]`]));
  });

  it('names 20 namespaces and folds the rest, and none of their ports is lost', async () => {
    const idle = execa('python3', [IDLE, '30'], { buffer: false });
    ends.push(async () => {
      idle.stdin.end();
      await idle;
    });
    await new Promise((resolve) => idle.stdout.once('data', resolve));
    const busy = await makeSpace('40000 40099');
    await bindOnLoopback(startIn(busy), 80);
    const home = await makeSpace();
    const reporter = startReporter(home.name, [], []);
    ends.push(reporter.stop);
    let report = await reporter.report();
    await expect
      .poll(async () => {
        report = await reporter.report();
        return report.namespaces.length + report.foldedNamespaces;
      })
      .toBeGreaterThanOrEqual(32);
    const named = report.namespaces.map(({ netns }) => netns);
    expect(named.length).toBe(20);
    expect(named.slice(0, 1)).toEqual(['self']);
    expect(named).toContain('host');
    expect(named).toContain(busy.name);
    expect(report.pools.find(({ netns }) => netns === busy.name)).toMatchObject({ capacity: 100, used: 80 });
    const other = report.pools.find(({ netns, protocol }) => netns === '(other)' && protocol === 'tcp');
    // Of the 30 at least 13 are folded, with a listener and a bound port each.
    expect(other?.states.bound).toBeGreaterThanOrEqual(13);
    expect(other?.states.listen).toBeGreaterThanOrEqual(13);
    const owners = report.groups.filter(({ netns }) => netns === '(other)').map(({ ports }) => ports.tcp);
    const sum = owners.reduce(
      (total, states) => total + Object.values(states).reduce((all, ports) => all + ports, 0),
      0,
    );
    expect(sum).toBe(other?.used);
  });
});

describe('a reader that may not enter other namespaces', () => {
  it('reads their connections from without, with their owners, and says what is missing and what to grant', async () => {
    const space = await makeSpace('45000 45099');
    const lab = startIn(space);
    const reader = await startEverywhere({ wrapper: WITHOUT_SYS_ADMIN });
    const twins = await useTwins(lab);
    const visible = [...twins.filter(({ state }) => state !== 'bound'), ...(await useUdp(lab))];
    const sample = await readUntil(reader, (one) => only(space, one).rows.length === visible.length);
    const own = only(space, sample);
    expect(sampleText(own, visible)).toEqual(truthText(visible));
    expect(own.namespaces).toMatchObject([
      {
        inode: await inodeOf(space),
        rangesAssumed: true,
        boundVisible: false,
        ranges: [{ first: 32_768 }, {}, {}, {}],
      },
    ]);
    expect(sample.namespaces[0]).toMatchObject({ name: 'self', boundVisible: true });
    expect(sample.sources).toContainEqual({ piece: 'namespaces', source: 'procfs' });
    const [problem] = sample.problems.filter(({ piece }) => piece === 'namespaces');
    expect(problem).toMatchObject({ code: 'EPH_NAMESPACE_REFUSED' });
    expect(problem?.message).toContain('CAP_SYS_ADMIN');
  });

  it('does so even as nobody with no right at all, where not even their numbers can be asked', async () => {
    const copy = copyBuiltReader();
    ends.push(async () => copy.remove());
    const space = await makeSpace();
    const [client, server] = [startIn(space), startIn(space)];
    const reader = await startEverywhere({ directory: copy.path, wrapper: AS_STRANGER });
    const truth = (await connectAndHold(client, server, 40)).map((row) => ({
      ...row,
      owner: 'no_permission' as const,
    }));
    const ports = new Set(truth.map(({ port }) => port));
    const sample = await readUntil(reader, ({ rows }) => rows.filter(({ port }) => ports.has(port)).length >= 40);
    const name = sample.rows.find(({ netns, port }) => netns.startsWith('proc-') && ports.has(port))?.netns as string;
    const own = { ...sample, rows: sample.rows.filter(({ netns }) => netns === name) };
    expect(sampleText(own, truth)).toEqual(truthText(truth));
    expect(sample.namespaces.find((row) => row.name === name)).toMatchObject({ inode: '', rangesAssumed: true });
    expect(sample.problems.map(({ code }) => code)).toEqual(['EPH_NAMESPACE_REFUSED', 'EPH_OWNERS_HIDDEN']);
  });
});

it('sees itself alone in a container without the namespaces of the host, and says so', async () => {
  const space = await makeSpace();
  await bindOnLoopback(startIn(space), 3);
  const wrapper = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const sample = await (await startEverywhere({ wrapper })).read();
  expect(sample.namespaces.map(({ name }) => name)).toEqual(['self']);
  expect(sample.sources).toContainEqual({ piece: 'scope', source: 'container' });
  expect(sample.problems.filter(({ piece }) => piece === 'namespaces')).toEqual([]);
});

it('reads its own namespace alone with --no-collector.namespaces', async () => {
  const space = await makeSpace();
  await bindOnLoopback(startIn(space), 3);
  const reader = await startEverywhere({ everywhere: false });
  const sample = await reader.read();
  expect(sample.namespaces.map(({ name }) => name)).toEqual(['self']);
  expect(sample.pieces.some(({ piece }) => piece === 'namespaces')).toBe(false);
  expect(sample.sources).toContainEqual({ piece: 'namespaces', source: 'none' });
});
