import { describe, expect, it } from 'vitest';
import { createProblemLog } from '../../../src/app/problem-log.ts';
import { SILENT_LOG } from '../../../src/log.ts';
import type { Problem } from '../../../src/model/problem.ts';

const HIDDEN: Problem = { piece: 'owners', code: 'EPH_OWNERS_HIDDEN', message: 'grant CAP_SYS_PTRACE' };
const SPENT: Problem = { piece: 'owners', code: 'EPH_OWNERS_BUDGET', message: 'the rest is found later' };

function problemLog(): { tell: (problems: readonly Problem[]) => void; lines: string[]; pass(ms: number): void } {
  const lines: string[] = [];
  let now = 0;
  const log = { ...SILENT_LOG, warn: (message: string) => void lines.push(message) };
  return {
    tell: createProblemLog(log, () => now),
    lines,
    pass(ms) {
      now += ms;
    },
  };
}

describe('the log of problems', () => {
  it('tells a problem that stays once, however many samples have it', () => {
    const { tell, lines, pass } = problemLog();
    for (let sample = 0; sample < 2_000; sample++) {
      tell([HIDDEN]);
      pass(5_000);
    }
    expect(lines).toEqual(['grant CAP_SYS_PTRACE']);
  });

  it('tells each problem', () => {
    const { tell, lines } = problemLog();
    tell([HIDDEN, SPENT]);
    expect(lines).toEqual(['grant CAP_SYS_PTRACE', 'the rest is found later']);
  });

  it('tells one that comes and goes at most once an hour', () => {
    const { tell, lines, pass } = problemLog();
    for (let minute = 0; minute < 120; minute++) {
      tell(minute % 2 === 0 ? [SPENT] : []);
      pass(60_000);
    }
    expect(lines.length).toBe(2);
  });
});
