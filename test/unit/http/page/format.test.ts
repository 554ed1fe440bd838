import { describe, expect, test } from 'vitest';
import { clockText, durationText, momentText, paceText, shareText } from '../../../../src/http/page/browser/format.js';
import { formatRoute, ownerKey, parseRoute } from '../../../../src/http/page/browser/route.js';
import { HOSTILE_NAMES } from '../../../helpers/api-stage.ts';

describe('texts of the page', () => {
  test.each([
    [0, 28_232, '0 %'],
    [1, 28_232, '< 0.1 %'],
    [255, 28_232, '0.9 %'],
    [2_823, 28_232, '10.0 %'],
    [16_383, 16_384, '99 %'],
    [16_384, 16_384, '100 %'],
    [3, 0, ''],
  ])('%d of %d ports are %s of the range', (used, capacity, text) => {
    expect(shareText(used, capacity)).toBe(text);
  });

  test.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
    [166 * 3_600_000, '6 d 22 h'],
  ])('%d ms are %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    [1.7512, '+1.75'],
    [-0.02, '\u22120.02'],
    [0.004, '0'],
    [-0.001, '0'],
    [1234.4, '+1,234'],
  ])('a slope of %d a minute reads %s', (perMinute, text) => {
    expect(paceText(perMinute)).toBe(text);
  });

  test('a time has its day only where it is another one', () => {
    const noon = new Date(2026, 10, 24, 12, 0, 7).getTime();
    expect(clockText(noon, noon + 3_600_000)).toBe('12:00');
    expect(clockText(noon, noon + 86_400_000)).toBe('Tue 24 Nov 12:00');
    expect(momentText(noon)).toBe('Tue 24 Nov 12:00:07');
  });
});

describe('the fragment of the page', () => {
  test.each(HOSTILE_NAMES.map((name) => [JSON.stringify(name), name]))('brings %s back', (_title, process) => {
    const route = { netns: 'a/b', process, unit: '', protocol: 'tcp', port: 50_123 };
    expect(parseRoute(formatRoute(route))).toEqual(route);
    const { netns, unit } = route;
    expect(parseRoute(formatRoute({ netns, process, unit }))).toEqual({ netns, process, unit });
  });

  test.each(['', '#', '#/', '#/owner/a/b', '#/other/a/b/c', '#/owner/a/b/c/tcp'])(
    'opens nothing for %j',
    (fragment) => {
      expect(parseRoute(fragment)).toBeUndefined();
    },
  );

  test('survives what is no escape', () => {
    expect(parseRoute('#/owner/host/100%/x')).toEqual({ netns: 'host', process: '100%', unit: 'x' });
  });

  test('tells owners apart whose names run into each other', () => {
    const keys = [
      { netns: 'a', process: 'b', unit: 'c' },
      { netns: 'a', process: 'b/c', unit: '' },
      { netns: 'a/b', process: 'c', unit: '' },
    ].map(ownerKey);
    expect(new Set(keys).size).toBe(3);
  });
});
