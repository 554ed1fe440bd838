import { afterEach, describe, expect, it } from 'vitest';
import { EMPTY_CONFIG } from '../../../../src/config/config.ts';
import type { Settings } from '../../../../src/config/settings.ts';
import { LinuxSource } from '../../../../src/platform/linux/linux-source.ts';

const workerUrl = new URL('../../../fixtures/reader-workers/scripted.js', import.meta.url);
const sources: LinuxSource[] = [];
afterEach(() => Promise.all(sources.splice(0).map((source) => source.close())));

function makeSource(script: string, warnings: string[] = []): LinuxSource {
  // The scripted worker looks at nothing but its script.
  const settings = { script } as unknown as Settings;
  const warn = (message: string) => warnings.push(message);
  // A worker that answers is waited for, however slow the machine; one that hangs needs no more than a moment.
  const graceMs = script === 'hang' ? 100 : 15_000;
  const source = new LinuxSource({ settings, config: EMPTY_CONFIG, warn, workerUrl, graceMs });
  sources.push(source);
  return source;
}

const noDeadline = () => new AbortController().signal;
const coded = (code: string) => expect.objectContaining({ code });

describe('LinuxSource', () => {
  it('reads again and again with one worker', async () => {
    const source = makeSource('answer');
    expect((await source.read(noDeadline())).takenAtMs).toBe(1);
    expect((await source.read(noDeadline())).takenAtMs).toBe(2);
  });

  it('says once what the worker must do without', async () => {
    const warnings: string[] = [];
    const source = makeSource('notice', warnings);
    await source.read(noDeadline());
    await source.read(noDeadline());
    expect(warnings).toEqual(['runs with less']);
  });

  it('tells a reading under way that its time is up', async () => {
    const source = makeSource('until-late');
    expect((await source.read(AbortSignal.timeout(50))).takenAtMs).toBe(1);
    expect((await source.read(AbortSignal.abort())).takenAtMs).toBe(2);
  });

  it.each(['crash', 'exit', 'no-start'])('fails with a code when the worker does: %s', async (script) => {
    await expect(makeSource(script).read(noDeadline())).rejects.toThrow(coded('EPH_READER_CRASHED'));
  });

  it('replaces a dead worker at once, and after a second failure waits', async () => {
    const source = makeSource('crash');
    await expect(source.read(noDeadline())).rejects.toThrow(/broken reader/);
    await expect(source.read(noDeadline())).rejects.toThrow(/broken reader/);
    await expect(source.read(noDeadline())).rejects.toThrow(/tried again in/);
  });

  it('gives up a worker that hangs past its deadline and the grace', async () => {
    await expect(makeSource('hang').read(AbortSignal.timeout(20))).rejects.toThrow(coded('EPH_READER_TIMEOUT'));
  });

  it('reads one at a time', async () => {
    const source = makeSource('until-late');
    const first = source.read(AbortSignal.timeout(100));
    await expect(source.read(noDeadline())).rejects.toThrow(coded('EPH_READER_TIMEOUT'));
    await first;
  });

  it('ends a reading when it is closed', async () => {
    const source = makeSource('hang');
    const reading = expect(source.read(noDeadline())).rejects.toThrow(coded('EPH_SOURCE_UNAVAILABLE'));
    await source.close();
    await reading;
  });
});
