import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, formatEndpoint, linkLocalClass, parseAddress } from '../../../src/model/address.ts';

const words = (text: string): Uint32Array => Uint32Array.from(parseAddress(text) ?? []);

describe('addresses', () => {
  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['169.254.169.254', '169.254.169.254'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['fe80::', 'fe80::'],
    ['1:0:0:2::', '1:0:0:2::'],
  ])('are written the one canonical way: %s as %s', (text, canonical) => {
    expect(formatAddress(words(text))).toBe(canonical);
  });

  it('survive being written and read again, whatever they are', () => {
    const word = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff_ffff }));
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (address) => {
        const text = formatAddress(Uint32Array.from(address));
        expect([...words(text)]).toEqual(address);
        expect(isIPv6(text) || /^[\d.]+$/.test(text)).toBe(true);
      }),
    );
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::',
    '12345::',
    '1:2:3:4:5:6:7:8::',
  ])('are refused when they are none: %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('stand in brackets before a port only when they are IPv6', () => {
    expect(formatEndpoint(words('10.0.0.1'), 0, 80)).toBe('10.0.0.1:80');
    expect(formatEndpoint(words('fe80::1'), 0, 80)).toBe('[fe80::1]:80');
  });
});

describe('the link-local class of a remote', () => {
  it.each([
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['169.254.169.123', 'time'],
    ['169.254.0.1', 'link_local_v4'],
    ['169.254.255.255', 'link_local_v4'],
    ['fe80::1', 'link_local_v6'],
    ['febf:ffff::1', 'link_local_v6'],
    ['fec0::1', 'other'],
    ['169.255.0.1', 'other'],
    ['169.253.255.255', 'other'],
    ['fd00:ec2::253', 'other'],
    ['::', 'other'],
    ['::169.254.169.254', 'other'],
  ] as const)('of %s is %s', (text, expected) => {
    expect(linkLocalClass(words(text))).toBe(expected);
  });
});
