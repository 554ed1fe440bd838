import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExporterError } from '../../../src/errors.ts';
import { createLedger, type Ledger, type RememberedLedger } from '../../../src/ledger/ledger.ts';
import { historyOf } from '../../../src/ledger/views.ts';
import type { Sample } from '../../../src/model/sample.ts';
import type { LedgerFs } from '../../../src/store/ledger-files.ts';
import { createLedgerJournal, type LedgerJournal } from '../../../src/store/ledger-journal.ts';
import { groupOf, namedGroups, portOf, socketsOn } from '../../helpers/ledger-view.ts';
import { type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const MINUTE = 60_000;
const OPTIONS = { stuckAfterMs: 15 * MINUTE, processLimit: 50 };
const METADATA = '169.254.169.254:80';
const bound = socketsOn(40_000, 12, 'tcp bound 10.0.0.1:PORT #COOKIE');
const leaking = (bootMs: number, sockets: readonly string[] = bound): SampleBuilder =>
  sampleAt(bootMs).owner('leaky', sockets, { pid: 7, startMs: 70 });

let directory: string;
let told: ExporterError[];
let nowMs: number;

beforeEach(async () => {
  directory = join(await nodeFs.mkdtemp(join(tmpdir(), 'eph-ledger-')), 'state');
  told = [];
  nowMs = 0;
});

afterEach(async () => {
  await nodeFs.rm(dirname(directory), { recursive: true });
});

function openJournal(fs: Partial<LedgerFs> = {}): LedgerJournal {
  return createLedgerJournal({
    directory,
    fs: { ...nodeFs, ...fs },
    nowMs: () => nowMs,
    wallMs: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    onTrouble: (error) => told.push(error),
  });
}

/** A ledger that saw `leaky` talk to the metadata address and keep its ports for 16 minutes; and its last sample. */
function leakyLedger(remembered: RememberedLedger = {}): [Ledger, Sample] {
  const ledger = createLedger(OPTIONS, remembered);
  const connected = bound.map((text) => text.replace('bound', 'established').replace(' #', ` > ${METADATA} #`));
  ledger.reduce(leaking(0, connected).sample());
  ledger.reduce(leaking(MINUTE).sample());
  const last = leaking(17 * MINUTE).sample();
  ledger.reduce(last);
  return [ledger, last];
}

async function saved(): Promise<void> {
  const [ledger, last] = leakyLedger();
  await openJournal().save(ledger, last);
  expect(told).toEqual([]);
}

describe('a ledger journal', () => {
  it('gives back ages, last remotes, stuck ports, names, start and history', async () => {
    await saved();
    const ledger = createLedger(OPTIONS, await openJournal().load());
    const result = ledger.reduce(leaking(18 * MINUTE).sample());
    expect(portOf(result, 40_000)).toEqual({
      state: 'bound',
      owner: 'leaky',
      group: 'leaky',
      heldSinceMs: MINUTE,
      stuck: true,
      remote: METADATA,
    });
    expect(groupOf(result, 'leaky')).toMatchObject({ opened: { tcp: 0 }, stuckTotal: 0 });
    expect(result.ledgerStartMs).toBe(leaking(0).sample().takenAtMs);
    const states = historyOf(ledger.state.history, 0, 'host', 'leaky', '')?.curves.map(({ state, points }) => [
      state,
      points.length,
    ]);
    expect(states).toEqual([
      ['established', 4],
      ['bound', 3],
    ]);
  });

  it('charges a TIME_WAIT of the time before to its process', async () => {
    const open = sampleAt(0).owner('client', [`tcp established 10.0.0.1:40000 > 10.0.0.9:80 #1`]).sample();
    const ledger = createLedger(OPTIONS);
    ledger.reduce(open);
    await openJournal().save(ledger, open);
    const after = createLedger(OPTIONS, await openJournal().load());
    const waiting = sampleAt(5_000).noOwner('timeWait', ['tcp time_wait 10.0.0.1:40000 > 10.0.0.9:80 #1']);
    expect(portOf(after.reduce(waiting.sample()), 40_000)?.owner).toBe('client');
  });

  it('does not take a port that was closed and opened in the gap for the same', async () => {
    await saved();
    const again = bound.map((text) => text.replace('#4', '#5'));
    const result = createLedger(OPTIONS, await openJournal().load()).reduce(leaking(18 * MINUTE, again).sample());
    expect(portOf(result, 40_000)).toMatchObject({ heldSinceMs: 18 * MINUTE, stuck: false, remote: undefined });
  });

  it('begins anew after a reboot, but for names and history', async () => {
    await saved();
    const ledger = createLedger(OPTIONS, await openJournal().load());
    const rebooted = { ...leaking(18 * MINUTE).sample(), bootId: 'another boot' };
    const result = ledger.reduce(rebooted);
    expect(portOf(result, 40_000)).toMatchObject({ heldSinceMs: 18 * MINUTE, stuck: false, remote: undefined });
    const empty = createLedger(OPTIONS, await openJournal().load()).reduce({
      ...sampleAt(1_000).sample(),
      bootId: 'x',
    });
    expect(namedGroups(empty)).toEqual(['leaky']);
    expect(historyOf(ledger.state.history, 1, 'host', 'leaky', '')).toBeDefined();
  });

  it('is empty where nothing was written', async () => {
    expect(await openJournal().load()).toEqual({});
    expect(told).toEqual([]);
  });

  it.each([
    ['torn', (file: Buffer) => file.subarray(0, file.length - 9), 'damaged-20260102T030405Z'],
    ['empty', () => Buffer.alloc(0), 'damaged-20260102T030405Z'],
    ['flipped in one bit', (file: Buffer) => file.fill((file[60] as number) ^ 1, 60, 61), 'damaged-20260102T030405Z'],
    ['foreign', () => Buffer.from('PNG but not really, and long enough'), 'damaged-20260102T030405Z'],
    ['of a newer program', (file: Buffer) => file.fill(9, 8, 9), 'newer'],
  ])('sets a file aside that is %s, says so, and goes on', async (_what, spoil, suffix) => {
    await saved();
    const path = join(directory, 'ledger.bin');
    const spoiled = Buffer.from(spoil(await nodeFs.readFile(path)));
    await nodeFs.writeFile(path, spoiled);
    const remembered = await openJournal().load();
    expect(remembered.ledger).toBeUndefined();
    expect(remembered.history).toBeDefined();
    expect(told.map(({ code }) => code)).toEqual(['EPH_LEDGER_DAMAGED']);
    expect(await nodeFs.readFile(`${path}.${suffix}`)).toEqual(spoiled);
    const [ledger, last] = leakyLedger(remembered);
    await openJournal().save(ledger, last);
    expect((await openJournal().load()).ledger).toBeDefined();
  });

  it.each(['ENOSPC', 'EROFS'])(
    'goes on in memory when the disk says %s, tells it once, and writes again later',
    async (code) => {
      const failing = { open: async () => Promise.reject(Object.assign(new Error(`${code}: no`), { code })) };
      let isFull = true;
      const journal = openJournal({
        open: ((...args) => (isFull ? failing.open() : nodeFs.open(...args))) as LedgerFs['open'],
      });
      const [ledger, last] = leakyLedger();
      for (let second = 0; second < 60; second += 5) {
        nowMs = second * 1_000;
        await journal.save(ledger, last);
      }
      expect(told.map((error) => error.code)).toEqual(['EPH_LEDGER_WRITE']);
      expect(journal.trouble()?.message).toContain(code);
      isFull = false;
      nowMs = 120_000;
      await journal.save(ledger, last);
      expect(journal.trouble()).toBeUndefined();
      expect((await openJournal().load()).ledger).toBeDefined();
    },
  );

  it('leaves the old file whole when it is stopped in the middle of writing a new one', async () => {
    await saved();
    const [ledger, last] = leakyLedger();
    const rename = async (): Promise<void> => Promise.reject(new Error('killed'));
    nowMs = MINUTE;
    await openJournal({ rename }).save(ledger, last);
    expect((await openJournal().load()).ledger).toBeDefined();
    expect((await nodeFs.readdir(directory)).sort()).toEqual(['history.bin', 'ledger.bin']);
  });

  it('writes at most 1 MB a minute on average, with 60,000 ports that all change', async () => {
    let bytes = 0;
    const bytesPerMinute: number[] = [];
    const open = (async (...args: Parameters<LedgerFs['open']>) => {
      const handle = await nodeFs.open(...args);
      const writeFile = handle.writeFile.bind(handle);
      handle.writeFile = (async (data: Buffer) => {
        if (bytes > 0) bytesPerMinute.push((bytes * MINUTE) / nowMs);
        bytes += data.length;
        await writeFile(data);
      }) as typeof handle.writeFile;
      return handle;
    }) as LedgerFs['open'];
    const journal = openJournal({ open });
    const ledger = createLedger(OPTIONS);
    for (let step = 0; step < 20; step++) {
      nowMs = step * 30_000;
      const sample = wideSample(nowMs, step);
      ledger.reduce(sample);
      await journal.save(ledger, sample);
    }
    const afterStart = bytesPerMinute.filter(Number.isFinite);
    expect(afterStart.length).toBeGreaterThan(2);
    expect(Math.max(...afterStart)).toBeLessThanOrEqual(1_000_000);
  });
});

/** 28,000 ports a protocol, every socket another one than in the step before. */
function wideSample(bootMs: number, step: number): Sample {
  const base = leaking(bootMs, ['tcp bound 10.0.0.1:40000']).sample();
  const length = 56_000;
  const indexes = Array.from({ length }, (_, index) => index);
  const sockets = {
    length,
    protocol: Uint8Array.from(indexes, (index) => index % 2),
    family: new Uint8Array(length).fill(4),
    state: new Uint8Array(length).fill(1),
    netns: new Uint16Array(length),
    localPort: Uint16Array.from(indexes, (index) => 32_768 + (index >> 1)),
    remotePort: new Uint16Array(length).fill(443),
    local: new Uint32Array(length * 4),
    remote: Uint32Array.from({ length: length * 4 }, (_, at) => Math.imul(at + step * 7919, 0x9e37_79b1) >>> 0),
    cookieLow: Uint32Array.from(indexes, (index) => Math.imul(index + step * length + 1, 0x85eb_ca6b) >>> 0),
    cookieHigh: new Uint32Array(length),
    createdMs: new Float64Array(length),
    process: new Int32Array(length),
  };
  return { ...base, sockets };
}
