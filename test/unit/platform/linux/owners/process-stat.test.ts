import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseBootTimeMs,
  parseProcessStat,
  startBootMs,
} from '../../../../../src/platform/linux/owners/process-stat.ts';

const TAIL = 'S 1 4711 4711 0 -1 4194560 5 0 0 0 0 0 0 0 20 0 1 0 123456 0 0 18446744073709551615 0 0';

describe('/proc/PID/stat', () => {
  it('gives name, parent and start', () => {
    expect(parseProcessStat(`4711 (sshd) ${TAIL}\n`)).toEqual({
      comm: 'sshd',
      parent: 1,
      startTicks: 123_456,
      exited: false,
    });
    expect(startBootMs(123_456)).toBe(1_234_560);
  });

  it('is read behind the last bracket, so that no name can forge it', () => {
    for (const comm of ['a) S 2 3 (b', ') R 2 (', '((()', '', 'x\ny']) {
      expect(parseProcessStat(`4711 (${comm}) ${TAIL}`)).toEqual({
        comm,
        parent: 1,
        startTicks: 123_456,
        exited: false,
      });
    }
  });

  it('tells a zombie from a process whose first thread has ended', () => {
    const zombie = `7 (x) ${TAIL.replace('S', 'Z')}`;
    expect(parseProcessStat(zombie)?.exited).toBe(true);
    expect(parseProcessStat(zombie.replace(' 20 0 1 ', ' 20 0 4 '))?.exited).toBe(false);
  });

  it('is refused when cut short or not one', () => {
    const whole = `4711 (sshd) ${TAIL}`;
    for (const text of [
      '',
      'garbage',
      ')(',
      '1 (x)',
      '1 (x) S y 3',
      whole.slice(0, 40),
      whole.replace('123456', '-1'),
    ]) {
      expect(parseProcessStat(text)).toBe(undefined);
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseProcessStat(text)));
  });
});

describe('/proc/stat', () => {
  it('gives the boot time', () => {
    expect(parseBootTimeMs('cpu  1 2\nctxt 5\nbtime 1700000000\nprocesses 7\n')).toBe(1_700_000_000_000);
    expect(parseBootTimeMs('cpu  1 2\nbtime soon\n')).toBe(undefined);
  });
});
