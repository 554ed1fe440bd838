import { describe, expect, it } from 'vitest';
import { chooseSources, type WindowsSourceChoice } from '../../../../src/platform/windows/choose-sources.ts';
import {
  NATIVE_PARTS,
  type NativeReport,
  readNativeReport,
  windowsBuildOf,
} from '../../../../src/platform/windows/probe/native-probe.ts';

const native = (broken: Partial<NativeReport> = {}): NativeReport => ({
  tcp: '',
  udp: '',
  owners: '',
  probe: '',
  events: '',
  bound: '',
  ...broken,
});
const allBroken = native(Object.fromEntries(NATIVE_PARTS.map((part) => [part, 'no koffi'])));

function choose(
  report: NativeReport,
  texts: { cim?: string; netstat?: string } = {},
  choice: WindowsSourceChoice = 'auto',
) {
  const asked: string[] = [];
  const answer = (way: 'cim' | 'netstat') => async () => {
    asked.push(way);
    return texts[way] ?? '';
  };
  return { asked, chosen: chooseSources(choice, { native: report, cim: answer('cim'), netstat: answer('netstat') }) };
}

describe('the sources', () => {
  it('are native where all works, and nothing else is even tried', async () => {
    const { asked, chosen } = choose(native());
    expect(await chosen).toMatchObject({
      tcp: 'ffi',
      udp: 'ffi',
      bound: 'ffi',
      owners: 'ffi',
      probe: 'ffi',
      events: 'ffi',
    });
    expect((await chosen).notes).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('are CIM for bound ports alone where only their call is missing', async () => {
    const { chosen } = choose(native({ bound: 'build 14393' }));
    expect(await chosen).toMatchObject({ tcp: 'ffi', udp: 'ffi', bound: 'cim', owners: 'ffi', problems: [] });
    expect((await chosen).notes).toEqual(['bound not by ffi: build 14393']);
  });

  it('are netstat where CIM fails too', async () => {
    const { chosen } = choose(native({ bound: 'missing' }), { cim: 'ended' });
    expect((await chosen).bound).toBe('netstat');
  });

  it('leave bound ports absent, with every reason, where nothing shows them', async () => {
    const { bound, problems } = await choose(native({ bound: 'missing' }), { cim: 'ended', netstat: 'empty' }).chosen;
    expect(bound).toBe('none');
    expect(problems[0]?.code).toBe('EPH_BOUND_INVISIBLE');
    expect(problems[0]?.message).toMatch(/by ffi: missing; .*by cim: ended; .*by netstat: empty/);
  });

  it('are text for everything without a native library', async () => {
    expect(await choose(allBroken).chosen).toMatchObject({
      tcp: 'cim',
      udp: 'cim',
      bound: 'cim',
      owners: 'cim',
      probe: 'none',
      events: 'wevtutil',
    });
    expect(await choose(allBroken, { cim: 'ended' }).chosen).toMatchObject({
      tcp: 'netstat',
      udp: 'netstat',
      bound: 'netstat',
      owners: 'tasklist',
    });
  });

  it('are asked once, however many pieces need the answer', async () => {
    const { asked, chosen } = choose(allBroken, { cim: 'ended' });
    await chosen;
    expect(asked).toEqual(['cim', 'netstat']);
  });

  it('are the one that was asked for, and no other', async () => {
    expect(await choose(native(), {}, 'cim').chosen).toMatchObject({
      tcp: 'cim',
      bound: 'cim',
      udp: 'cim',
      owners: 'cim',
    });
    expect(await choose(native(), {}, 'netstat').chosen).toMatchObject({ tcp: 'netstat', owners: 'tasklist' });
    const ffi = choose(native({ bound: 'missing' }), {}, 'ffi');
    expect((await ffi.chosen).bound).toBe('none');
    expect(ffi.asked).toEqual([]);
  });

  it('that show no TCP table at all are an error', async () => {
    const unavailable = expect.objectContaining({ code: 'EPH_SOURCE_UNAVAILABLE' });
    await expect(choose(allBroken, { cim: 'ended', netstat: 'empty' }).chosen).rejects.toEqual(unavailable);
    await expect(choose(allBroken, {}, 'ffi').chosen).rejects.toEqual(unavailable);
  });
});

describe('the report of the probe process', () => {
  it('says what works and why the rest does not', () => {
    const output = 'tcp\r\nudp\r\nowners status 5\r\nprobe\r\nevents\r\nbound Cannot find function X\r\n';
    expect(readNativeReport(output, 'exit code 0')).toEqual(
      native({ owners: 'status 5', bound: 'Cannot find function X' }),
    );
  });

  it('of a process that died gives its end as the reason of every part it did not reach', () => {
    const report = readNativeReport('tcp\nudp\nowners\nprobe\nevents\n', 'exit code 3221225477');
    expect(report).toEqual(native({ bound: 'the probe process gave no answer: exit code 3221225477' }));
    expect(Object.values(readNativeReport('', 'x')).filter((reason) => reason === '')).toEqual([]);
  });

  it('knows the build of Windows', () => {
    expect([windowsBuildOf('10.0.17763'), windowsBuildOf('10.0.20348'), windowsBuildOf('?')]).toEqual([
      17_763, 20_348, 0,
    ]);
  });
});
