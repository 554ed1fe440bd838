import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/model/address.ts';
import { OWNER_CODE } from '../../../src/model/owner-code.ts';
import { PROTOCOL } from '../../../src/model/protocol.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { socketColumnsFromRows } from '../../../src/model/socket-columns.ts';
import { SOCKET_STATE } from '../../../src/model/socket-state.ts';
import { openReplay, type ReplaySource } from '../../../src/platform/replay/replay-source.ts';
import { createAnonymizer } from '../../../src/store/anonymize.ts';
import { openRecorder } from '../../../src/store/recorder.ts';

const directory = mkdtempSync(join(tmpdir(), 'eph-recording-'));
let files = 0;
const newPath = (): string => join(directory, `${++files}.ndjson.gz`);

afterAll(() => rmSync(directory, { recursive: true }));

const words = (text: string): readonly [number, number, number, number] => parseAddress(text) ?? [0, 0, 0, 0];

function sampleAt(takenAtMs: number, localPort: number): Sample {
  const socket = {
    protocol: PROTOCOL.tcp,
    family: 4,
    state: SOCKET_STATE.established,
    netns: 0,
    localPort,
    remotePort: 443,
    local: words('192.0.2.7'),
    remote: words('198.51.100.9'),
    cookieLow: localPort,
    cookieHigh: 0,
    createdMs: 0,
    process: 0,
  };
  const process = { pid: 7, startMs: 1, name: 'leaky', unit: 'leaky.service', executable: '/opt/secret/leaky' };
  return {
    takenAtMs,
    bootMs: takenAtMs,
    bootId: 'b',
    namespaces: [{ name: 'host', inode: '1', container: '', podUid: '', ranges: [], boundVisible: true }],
    processes: [{ ...process, executableChangeMs: 0, handles: -1 }],
    exitedProcesses: [],
    sockets: socketColumnsFromRows([
      socket,
      { ...socket, state: SOCKET_STATE.time_wait, process: OWNER_CODE.timeWait },
    ]),
    sharedSockets: 0,
    probes: [],
    connectionEvents: [],
    lostEvents: 0,
    systemEvents: [],
    timeWaitSeconds: 60,
    tcpTwReuse: 2,
    sources: [],
    pieces: [],
    problems: [],
  };
}

async function recorded(samples: readonly Sample[], anonymize?: (sample: Sample) => Sample): Promise<string> {
  const path = newPath();
  const recorder = await openRecorder({
    path,
    ...(anonymize && { anonymize }),
    onFailure: (error) => {
      throw error;
    },
  });
  for (const sample of samples) await recorder.record(sample);
  await recorder.close();
  return path;
}

async function drain(replay: ReplaySource): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (replay.nextDelayMs() !== undefined) samples.push(await replay.read(AbortSignal.timeout(1_000)));
  return samples;
}

const SAMPLES = [sampleAt(1_000_000, 40_000), sampleAt(1_005_000, 40_001), sampleAt(1_010_000, 40_002)];

describe('recording and replay', () => {
  it('writes a file that only its owner can read', async () => {
    expect(statSync(await recorded(SAMPLES)).mode & 0o777).toBe(0o600);
  });

  it('replays every sample, at normal speed starting now', async () => {
    const path = await recorded(SAMPLES);
    const replay = await openReplay({ path, speed: 1, wallMs: () => 9_000_000, nowMs: () => 0 });
    const samples = await drain(replay);
    expect(samples.map(({ takenAtMs }) => takenAtMs)).toEqual([9_000_000, 9_005_000, 9_010_000]);
    expect(samples.map(({ sockets }) => sockets.localPort[0])).toEqual([40_000, 40_001, 40_002]);
  });

  it('replays faster from the past, so that it ends as now is reached', async () => {
    const path = await recorded(SAMPLES);
    let now = 500;
    const replay = await openReplay({ path, speed: 10, wallMs: () => 9_000_000, nowMs: () => now });
    expect((await replay.read(AbortSignal.timeout(1_000))).takenAtMs).toBe(9_001_000 - 10_000);
    expect(replay.nextDelayMs()).toBe(500);
    now = 1_000;
    expect(replay.nextDelayMs()).toBe(0);
    const rest = await drain(replay);
    expect(rest.at(-1)?.takenAtMs).toBe(9_001_000);
  });

  it('plays a recording that was cut short by a crash as far as it goes', async () => {
    const path = await recorded(SAMPLES);
    truncateSync(path, statSync(path).size - 12);
    const samples = await drain(await openReplay({ path, speed: 1, wallMs: () => 0, nowMs: () => 0 }));
    expect(samples.length).toBe(3);
  });

  it.each([
    ['a file that is not there', undefined],
    ['a file that is not gzipped', Buffer.from('hello')],
  ])('refuses %s with its code', async (_, content) => {
    const path = newPath();
    if (content !== undefined) writeFileSync(path, content);
    const opening = openReplay({ path, speed: 1, wallMs: () => 0, nowMs: () => 0 });
    await expect(opening).rejects.toMatchObject({ code: 'EPH_RECORDING_INVALID' });
  });

  it('refuses to record into a directory that does not exist', async () => {
    const opening = openRecorder({ path: '/nonexistent/dir/x.gz', onFailure: () => {} });
    await expect(opening).rejects.toMatchObject({ code: 'EPH_RECORDING_WRITE' });
  });
});

describe('an anonymized recording', () => {
  it('holds no address and no path, and still tells which connections went to the same remote', async () => {
    const path = await recorded(SAMPLES, createAnonymizer(Buffer.from('key')));
    const text = gunzipSync(readFileSync(path)).toString();
    expect(text).not.toMatch(/192\.0\.2\.7|198\.51\.100\.9|secret/);
    const remotes = text.match(/10\.\d+\.\d+\.\d+:443/g) ?? [];
    expect(remotes.length).toBe(6);
    expect(new Set(remotes).size).toBe(1);
  });

  it('leaves loopback, wildcard and link-local addresses as they are: they are the case', () => {
    const sample = sampleAt(1, 40_000);
    const addresses = ['127.0.0.1', '0.0.0.0', '169.254.169.254', 'fe80::1', '::1', '::'];
    const local = Uint32Array.from(addresses.flatMap(words));
    const anonymous = createAnonymizer(Buffer.from('key'))({ ...sample, sockets: { ...sample.sockets, local } });
    expect([...anonymous.sockets.local]).toEqual([...local]);
  });
});
