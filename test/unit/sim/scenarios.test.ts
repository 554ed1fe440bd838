import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../../../src/sim/load-scenarios.ts';

const at = (directory: string): string => fileURLToPath(new URL(`../../../sim/${directory}`, import.meta.url));

describe('our scenarios', () => {
  it('are all well formed, leaks, forced and benign ones, and every leak names a program of its story', async () => {
    const scenarios = await loadScenarios(at('scenarios'));
    const leaks = scenarios.filter((scenario) => scenario.leaks.length > 0);
    expect(leaks.length).toBeGreaterThanOrEqual(18);
    expect(scenarios.filter(({ forced }) => forced).length).toBeGreaterThanOrEqual(3);
    expect(scenarios.length - leaks.length).toBeGreaterThanOrEqual(15);
    for (const { leaks: truth, programs } of leaks) {
      for (const { process } of truth) expect(programs.map((program) => program.process)).toContain(process);
    }
  });

  it('that the rules were not written for are well formed too, and have names of their own', async () => {
    const held = await loadScenarios(at('holdout'));
    expect(held.length).toBeGreaterThanOrEqual(20);
    const names = [...held, ...(await loadScenarios(at('scenarios')))].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
