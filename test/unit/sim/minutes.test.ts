import { describe, expect, it } from 'vitest';
import { formatMinutes, parseMinutes } from '../../../src/sim/minutes.ts';

describe('times of a story', () => {
  it.each([
    ['8d4h30m', 11_790],
    ['1w', 10_080],
    ['0d', 0],
    ['90m', 90],
  ])('%s is %i minutes', (text, minutes) => expect(parseMinutes(text)).toBe(minutes));

  it.each(['', '8', 'd', '30m4h', '-1d', '1.5h'])('"%s" is none', (text) => expect(parseMinutes(text)).toBeUndefined());

  it('are printed short', () => {
    expect([46.2, 204, 9000].map(formatMinutes)).toEqual(['46m', '3.4h', '6.3d']);
  });
});
