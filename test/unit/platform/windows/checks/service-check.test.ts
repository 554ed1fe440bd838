import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkService } from '../../../../../src/platform/windows/checks/service-check.ts';
import {
  decodeRestartDelays,
  decodeServiceConfig,
  type ServiceSettings,
} from '../../../../../src/platform/windows/checks/service-settings.ts';

const ADDRESS = 0x7ff6_0000_1000n;

/** SERVICE_FAILURE_ACTIONSW with its actions behind it, as QueryServiceConfig2W lays it out. */
function failureActions(actions: readonly (readonly [type: number, delayMs: number])[]): Buffer {
  const bytes = Buffer.alloc(40 + actions.length * 8);
  bytes.writeUInt32LE(86_400, 0);
  bytes.writeUInt32LE(actions.length, 24);
  bytes.writeBigUInt64LE(ADDRESS + 40n, 32);
  actions.forEach(([type, delayMs], index) => {
    bytes.writeUInt32LE(type, 40 + index * 8);
    bytes.writeUInt32LE(delayMs, 44 + index * 8);
  });
  return bytes;
}

function serviceConfig(startType: number, account: string): Buffer {
  const name = Buffer.from(`${account}\0`, 'utf16le');
  const bytes = Buffer.concat([Buffer.alloc(64), name, Buffer.alloc(20, 0xee)]);
  bytes.writeUInt32LE(startType, 4);
  bytes.writeBigUInt64LE(ADDRESS + 64n, 48);
  return bytes;
}

describe('the configuration of a service', () => {
  it('is read from the structures of the service manager', () => {
    expect(decodeServiceConfig(serviceConfig(2, 'NT AUTHORITY\\LocalService'), ADDRESS)).toEqual({
      startsByItself: true,
      account: 'NT AUTHORITY\\LocalService',
    });
    expect(decodeServiceConfig(serviceConfig(3, 'x'), ADDRESS).startsByItself).toBe(false);
    const actions = failureActions([
      [1, 5_000],
      [0, 0],
      [1, 300_000],
    ]);
    expect(decodeRestartDelays(actions, ADDRESS)).toEqual([5_000, 300_000]);
  });

  it('never leads outside of its bytes, whatever they say', () => {
    const bytes = fc.uint8Array({ minLength: 64, maxLength: 200 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, fc.bigInt(0n, 2n ** 63n), (garbage, address) => {
        expect(typeof decodeServiceConfig(garbage, address).account).toBe('string');
        expect(decodeRestartDelays(garbage, address).length).toBeLessThanOrEqual(garbage.length / 8);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the service', () => {
  const well: ServiceSettings = {
    startsByItself: true,
    isDelayed: true,
    restartDelaysMs: [5_000, 30_000, 300_000],
    restartsAfterErrorExit: true,
    hasOwnAccount: true,
    account: 'NT AUTHORITY\\LocalService',
  };

  it('is well when it comes back by itself', () => {
    const finding = checkService(() => well);
    expect(finding).toMatchObject({ result: 'ok', why: expect.stringContaining('restarted after 5 s, 30 s, 300 s') });
  });

  it('is told with all that it lacks', () => {
    const poor = {
      ...well,
      isDelayed: false,
      restartDelaysMs: [],
      restartsAfterErrorExit: false,
      hasOwnAccount: false,
    };
    const { result, why, remedy } = checkService(() => poor);
    expect(result).toBe('warning');
    expect(why).toContain('starts without delay, is not restarted after a failure');
    expect(why).toContain('has no account of its own');
    expect(remedy).toContain('service configure');
  });

  it('need not be there', () => {
    expect(checkService(() => undefined)).toMatchObject({ result: 'not_applicable' });
  });
});
