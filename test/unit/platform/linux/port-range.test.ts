import { afterEach, describe, expect, it } from 'vitest';
import { capacityOf } from '../../../../src/model/port-range.ts';
import { openPortRange, parseRange, parseReserved } from '../../../../src/platform/linux/port-range.ts';
import { makeProcRoot } from '../../../helpers/proc-root.ts';

const RANGE = 'sys/net/ipv4/ip_local_port_range';
const RESERVED = 'sys/net/ipv4/ip_local_reserved_ports';
const root = makeProcRoot();
afterEach(() => root.remove('sys'));

const unreadable = expect.objectContaining({ code: 'EPH_RANGE_UNREADABLE' });

describe('openPortRange', () => {
  it('tells one range for both protocols and both families', () => {
    root.write(RANGE, '32768\t60999\n');
    root.write(RESERVED, '\n');
    const ranges = openPortRange(root.path).read();
    expect(ranges.map(({ protocol, af }) => `${protocol} ${af}`)).toEqual([
      'tcp ipv4',
      'tcp ipv6',
      'udp ipv4',
      'udp ipv6',
    ]);
    expect(capacityOf(ranges.filter(({ protocol }) => protocol === 'tcp'))).toBe(28_232);
  });

  it('takes reserved ports off', () => {
    root.write(RANGE, '40000\t40099\n');
    root.write(RESERVED, '8080,40000-40049\n');
    expect(capacityOf(openPortRange(root.path).read())).toBe(50);
  });

  it('follows a change, and hands out the same object while there is none', () => {
    root.write(RANGE, '32768\t60999\n');
    root.write(RESERVED, '\n');
    const reader = openPortRange(root.path);
    const before = reader.read();
    expect(reader.read()).toBe(before);
    root.write(RANGE, '20000\t20999\n');
    expect(reader.read()[0]).toMatchObject({ first: 20_000, last: 20_999 });
  });

  it('complains when a file vanishes and does not tell the old range again', () => {
    root.write(RANGE, '32768\t60999\n');
    root.write(RESERVED, '\n');
    const reader = openPortRange(root.path);
    reader.read();
    root.remove(RANGE);
    expect(() => reader.read()).toThrow(unreadable);
    root.write(RANGE, '32768\t60999\n');
    root.remove(RESERVED);
    expect(() => reader.read()).toThrow(unreadable);
  });
});

describe('parsing', () => {
  it.each(['', '32768', '60999\t32768\n', '1\t65536\n', '-1\t5\n', '1 2 3', 'a\tb\n', '\0'])(
    'refuses %j as a range',
    (text) => {
      expect(() => parseRange(text)).toThrow(unreadable);
    },
  );

  it.each(['x', '1-', '5-4', '70000', '1,,2', '20,10', '10-20,15'])('refuses %j as reserved ports', (text) => {
    expect(() => parseReserved(text)).toThrow(unreadable);
  });

  it('reads single reserved ports and spans', () => {
    expect(parseReserved('8080,9148-9150\n')).toEqual([
      { first: 8080, last: 8080 },
      { first: 9148, last: 9150 },
    ]);
  });
});
