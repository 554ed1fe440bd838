import { describe, expect, it } from 'vitest';
import { paceOf } from '../../../../src/http/page/browser/owner-pace.js';

describe('the pace in the row of an owner', () => {
  it('is the one that the headline tells of a leak, whatever load there is around it', () => {
    expect(paceOf({ leakPortsPerMinute: 1.77, portsPerMinute: 6, udpPortsPerMinute: 9 })).toBe(1.77);
  });

  it('is the growth of the TCP ports where nothing leaks, else of the UDP ports', () => {
    expect(paceOf({ portsPerMinute: -2, udpPortsPerMinute: 9 })).toBe(-2);
    expect(paceOf({ udpPortsPerMinute: 9 })).toBe(9);
    expect(paceOf({})).toBeUndefined();
  });
});
