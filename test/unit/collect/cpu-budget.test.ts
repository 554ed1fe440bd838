import { describe, expect, it } from 'vitest';
import { type CpuBudget, createCpuBudget, LONGEST_INTERVAL_MS } from '../../../src/collect/cpu-budget.ts';

function budgetOnFakeTime(): { budget: CpuBudget; pass(ms: number, cpuMs?: number): void } {
  let now = 0;
  let cpu = 0;
  const budget = createCpuBudget({ share: 0.01, intervalMs: 5_000, nowMs: () => now, cpuMs: () => cpu });
  return {
    budget,
    pass(ms, cpuMs = 0) {
      now += ms;
      cpu += cpuMs;
    },
  };
}

/** Samples of `costMs` CPU each, as the budget schedules them, for `samples` rounds; the time they took in ms. */
function run(costMs: number, samples: number): { elapsedMs: number; interval: number } {
  const { budget, pass } = budgetOnFakeTime();
  let elapsedMs = 0;
  for (let round = 0; round < samples; round++) {
    budget.sampleBegins();
    pass(costMs, costMs);
    budget.sampleEnds();
    const delay = budget.delayMs();
    pass(delay);
    elapsedMs += costMs + delay;
  }
  budget.sampleBegins();
  return { elapsedMs, interval: budget.effectiveIntervalMs() };
}

describe('the CPU budget', () => {
  it('keeps the interval that was asked for while a sample costs less than the budget', () => {
    expect(run(20, 100).elapsedMs).toBe(100 * 5_000);
  });

  it('stretches the interval until the share of a core is kept', () => {
    const { elapsedMs, interval } = run(100, 200);
    expect((200 * 100) / elapsedMs).toBeLessThan(0.0105);
    expect(interval).toBeCloseTo(10_000, -2);
  });

  it('gives way to the longest interval when even that cannot pay', () => {
    const { interval } = run(3_000, 20);
    expect(interval).toBe(LONGEST_INTERVAL_MS);
  });

  it('lets scrapes take samples of their own only from what is left over', () => {
    const { budget, pass } = budgetOnFakeTime();
    budget.sampleBegins();
    pass(40, 40);
    budget.sampleEnds();
    expect(budget.allowsExtraSample()).toBe(false);
    pass(4_000);
    expect(budget.allowsExtraSample()).toBe(true);
  });

  it('counts what scrapes and the page spend against the next sample', () => {
    const { budget, pass } = budgetOnFakeTime();
    pass(LONGEST_INTERVAL_MS);
    budget.sampleBegins();
    pass(40, 40);
    budget.sampleEnds();
    pass(1_000, 200);
    expect(budget.delayMs()).toBeGreaterThan(4_000);
  });

  it('carries no debt over from the first minute, in which our own code is loaded and compiled', () => {
    const { budget, pass } = budgetOnFakeTime();
    pass(2_000, 5_000);
    budget.sampleBegins();
    pass(10, 10);
    budget.sampleEnds();
    expect(budget.delayMs()).toBeCloseTo(5_000 - 10, 5);
  });

  it('forgets any burst within the longest interval', () => {
    const { budget, pass } = budgetOnFakeTime();
    pass(LONGEST_INTERVAL_MS, 600);
    budget.sampleBegins();
    pass(10, 50_000);
    budget.sampleEnds();
    expect(budget.delayMs()).toBeGreaterThan(50_000);
    pass(2 * LONGEST_INTERVAL_MS);
    expect(budget.allowsExtraSample()).toBe(false);
    budget.sampleBegins();
    budget.sampleEnds();
    expect(budget.delayMs()).toBeLessThanOrEqual(LONGEST_INTERVAL_MS);
  });

  it('takes short bursts of readings from what was saved, and stays within its share', () => {
    const { budget, pass } = budgetOnFakeTime();
    let elapsedMs = 0;
    const delays: number[] = [];
    for (let reading = 0; reading < 400; reading++) {
      budget.sampleBegins();
      pass(20, 20);
      budget.sampleEnds();
      const delay = budget.burstDelayMs();
      delays.push(delay);
      pass(delay);
      elapsedMs += 20 + delay;
    }
    expect(delays).toContain(480);
    expect(new Set(delays.filter((delay) => delay !== 480))).toEqual(new Set([4_980]));
    expect((400 * 20) / elapsedMs).toBeLessThan(0.0105);
    expect((400 * 20) / elapsedMs).toBeGreaterThan(0.006);
  });

  it('takes no burst where one reading costs what the share brings in an interval', () => {
    const { budget, pass } = budgetOnFakeTime();
    for (let reading = 0; reading < 100; reading++) {
      budget.sampleBegins();
      pass(100, 100);
      budget.sampleEnds();
      expect(budget.burstDelayMs()).toBe(budget.delayMs());
      pass(budget.burstDelayMs());
    }
  });
});
