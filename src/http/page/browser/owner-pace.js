/** @import { OwnerAnswer } from '../../api/owner-schema.ts' */

/**
 * Ports per minute that an owner's row tells: of a leak the pace that headline and time left are told by.
 * @param {Pick<OwnerAnswer, 'leakPortsPerMinute' | 'portsPerMinute' | 'udpPortsPerMinute'>} owner
 */
export function paceOf({ leakPortsPerMinute, portsPerMinute, udpPortsPerMinute }) {
  return leakPortsPerMinute ?? portsPerMinute ?? udpPortsPerMinute;
}
