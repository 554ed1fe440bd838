import { describe, expect, it } from 'vitest';
import { capacityOf, type DynamicRange, excludedInRange, spanSize } from '../../../src/model/port-range.ts';

const range = (first: number, last: number, excluded: DynamicRange['excluded'] = []): DynamicRange => ({
  protocol: 'tcp',
  af: 'ipv4',
  first,
  last,
  excluded,
});

describe('a dynamic range', () => {
  it('is inclusive: the default of Linux is 28,232 ports, that of Windows 16,384', () => {
    expect(spanSize(range(32_768, 60_999))).toBe(28_232);
    expect(spanSize(range(49_152, 65_535))).toBe(16_384);
  });

  it('counts excluded ports only where they lie inside', () => {
    const excluded = [
      { first: 100, last: 200 },
      { first: 32_700, last: 32_777 },
      { first: 60_990, last: 61_500 },
    ];
    expect(excludedInRange(range(32_768, 60_999, excluded))).toBe(20);
  });
});

describe('capacity', () => {
  it('is the union of both families', () => {
    expect(capacityOf([range(1_000, 1_099), range(1_050, 1_149)])).toBe(150);
  });

  it('loses a port only when it is excluded in every range that holds it', () => {
    const some = [{ first: 1_000, last: 1_009 }];
    expect(capacityOf([range(1_000, 1_099, some), range(1_000, 1_099)])).toBe(100);
    expect(capacityOf([range(1_000, 1_099, some), range(1_000, 1_099, some)])).toBe(90);
    expect(capacityOf([range(1_000, 1_099, some), range(1_050, 1_149)])).toBe(140);
  });

  it('reaches the last port there is', () => {
    expect(capacityOf([range(49_152, 65_535)])).toBe(16_384);
    expect(capacityOf([])).toBe(0);
  });
});
