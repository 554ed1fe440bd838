/** Bits of `CapEff` in /proc/PID/status (include/uapi/linux/capability.h). */
const BITS = { CAP_DAC_OVERRIDE: 1, CAP_DAC_READ_SEARCH: 2, CAP_SYS_PTRACE: 19, CAP_SYS_ADMIN: 21 } as const;
export type Capability = keyof typeof BITS;

/** Whether the process of this `status` text has the capability in effect; undefined when the text does not tell. */
export function hasCapability(status: string, capability: Capability): boolean | undefined {
  const hex = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1];
  return hex === undefined ? undefined : ((BigInt(`0x${hex}`) >> BigInt(BITS[capability])) & 1n) === 1n;
}

/** Whether capabilities hold for the whole host: only the initial user namespace maps every id (user_namespaces(7)). */
export function isInitialUserNamespace(uidMap: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
}
