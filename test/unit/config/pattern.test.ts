import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from '../../../src/config/pattern.ts';

test.each([
  ['a|b', ['a', 'b'], ['ab', 'xa', 'bx']],
  ['.*', ['', 'a\nb'], []],
  ['(?i)ABC', ['abc', 'aBc'], ['abcd']],
  ['/usr/(?:s)?bin/[a-z.]+', ['/usr/bin/java', '/usr/sbin/x.y'], ['/usr/bin/']],
  [String.raw`a\*b{2}(?<name>c)`, ['a*bbc'], ['aabbc']],
  ['(a+)?b', ['aab', 'b'], []],
  ['[*+()]+', ['+(*'], ['a']],
])('%s is taken and matches whole texts only', (text, matching, others) => {
  const result = compilePattern(text);
  expect(result.ok).toBe(true);
  if (!result.ok) return;
  for (const subject of matching) expect([subject, result.pattern.test(subject)]).toEqual([subject, true]);
  for (const subject of others) expect([subject, result.pattern.test(subject)]).toEqual([subject, false]);
});

test.each([
  ['(', 'bad-pattern'],
  ['a)|(b', 'bad-pattern'],
  ['[z-a]', 'bad-pattern'],
  [String.raw`\q`, 'bad-pattern'],
  ['x'.repeat(257), 'long-pattern'],
  ['(a+)+', 'slow-pattern'],
  ['((a+)b)*', 'slow-pattern'],
  ['(?:a*){2,}', 'slow-pattern'],
  ['(a{1,50}b?){50}', 'slow-pattern'],
  ['(?=a)a', 'slow-pattern'],
  ['(?<!a)b', 'slow-pattern'],
  [String.raw`(a)\1`, 'slow-pattern'],
  [String.raw`(?<n>a)\k<n>`, 'slow-pattern'],
  ['.*a.*b.*c.*d.*', 'slow-pattern'],
])('%s is refused as a %s', (text, rule) => {
  expect(compilePattern(text)).toMatchObject({ ok: false, rule });
});

test('groups are counted without those that capture nothing', () => {
  expect(compilePattern(String.raw`(a)(?:b)(?<c>d)\(`)).toMatchObject({ ok: true, groups: 2 });
});

test('any text is either a pattern or refused with a reason', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 30, unit: fc.constantFrom(...String.raw`ab()[]{}*+?|\^$.,1:=!<>k-`) }),
      (text) => {
        const result = compilePattern(text);
        if (!result.ok) expect(result.reason).not.toBe('');
        else expect(result.pattern.source).toBe(`^(?:${text})$`);
      },
    ),
    { numRuns: 2000 },
  );
});
