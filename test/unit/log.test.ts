import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog, type LogFormat, type LogLevel } from '../../src/log.ts';

function logged(format: LogFormat, level: LogLevel = 'debug'): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return {
    lines,
    log: createLog({ level, format, write: (line) => lines.push(line), wallMs: () => 1_700_000_000_123 }),
  };
}

test('logfmt quotes what is not a plain word', () => {
  const { lines, log } = logged('logfmt');
  log.info('two words', { port: 10_071, path: '/metrics', name: 'a "b" = c', none: undefined, ok: true, empty: '' });
  expect(lines).toEqual([
    'time=2023-11-14T22:13:20.123Z level=info msg="two words" port=10071 path=/metrics name="a \\"b\\" = c" ok=true empty=""\n',
  ]);
});

test('levels below the least are left out', () => {
  for (const [level, count] of [
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
  ] as const) {
    const { lines, log } = logged('logfmt', level);
    for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name]('x');
    expect([level, lines.length]).toEqual([level, count]);
  }
});

test.each(['logfmt', 'json'] as const)('no name can break a line of %s or steer the terminal', (format) => {
  const hostile = fc.string({ unit: 'binary', maxLength: 20 });
  const nasty = fc.constantFrom(
    '\n',
    '\u001b[2J',
    '\u0085',
    '\u009b',
    '\u2028',
    '\u202e',
    '\u200b',
    '\u{e0001}',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.tuple(hostile, nasty, hostile), (parts) => {
      const { lines, log } = logged(format);
      log.warn('event', { name: parts.join('') });
      expect(lines[0]).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+\n$/u);
      const value = format === 'json' ? JSON.parse(lines[0] ?? '').name : JSON.parse(`${lines[0]?.split('name=')[1]}`);
      expect(value).toBe(parts.join(''));
    }),
  );
});
