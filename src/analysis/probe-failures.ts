import { PROBE_CODES, type ProbeCode, type ProbeFailures } from '../model/report.ts';
import type { BindProbe } from '../model/sample.ts';

const NONE: Readonly<Record<ProbeCode, number>> = { EADDRINUSE: 0, EAGAIN: 0, EADDRNOTAVAIL: 0, ENOBUFS: 0, other: 0 };

/** Failures so far with the probes of one more sample; a kind of probe is there, at 0, from its first run on. */
export function countProbeFailures(
  previous: readonly ProbeFailures[],
  probes: readonly BindProbe[],
): readonly ProbeFailures[] {
  return probes.reduce(addProbe, previous);
}

function addProbe(all: readonly ProbeFailures[], { protocol, af, code }: BindProbe): readonly ProbeFailures[] {
  const isSame = (one: ProbeFailures): boolean => one.protocol === protocol && one.af === af;
  const before = all.find(isSame);
  if (before !== undefined && code === '') return all;
  const byCode = { ...(before?.byCode ?? NONE) };
  if (code !== '') byCode[codeOf(code)] += 1;
  const after = { protocol, af, byCode };
  return before === undefined ? [...all, after] : all.map((one) => (isSame(one) ? after : one));
}

function codeOf(code: string): ProbeCode {
  return PROBE_CODES.find((known) => known === code) ?? 'other';
}
