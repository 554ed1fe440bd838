import { describe, expect, it } from 'vitest';
import { type DetailMemory, NO_DETAIL, rememberUnseen, wantsDetail } from '../../../src/analysis/wants-detail.ts';
import type { GroupReport } from '../../../src/model/report.ts';
import { buildGroup, buildReport } from '../../helpers/report-builder.ts';

const MINUTE_MS = 60_000;

interface Stuck {
  readonly seen?: number;
  readonly unseen: number;
}

function groupWith({ seen = 0, unseen }: Stuck, fields: Partial<GroupReport> = {}): GroupReport {
  const remotes = [
    { remote: '192.0.2.1:443', class: 'other' as const, ports: seen },
    { remote: '(never seen)', class: 'other' as const, ports: unseen },
  ].filter(({ ports }) => ports > 0);
  const { stuck } = buildGroup();
  return buildGroup({ stuck: { ...stuck, ports: seen + unseen, remotes }, ...fields });
}

/** One report a minute, from minute 0; whether detail is wanted after each. */
function wantedMinutes(minutes: readonly Stuck[], fields: Partial<GroupReport> = {}, tcpWorks = true): boolean[] {
  let memory: DetailMemory = NO_DETAIL;
  return minutes.map((stuck, minute) => {
    const bootMs = minute * MINUTE_MS;
    const pieces = [{ piece: 'tcp' as const, success: tcpWorks, timedOut: false, durationMs: 1 }];
    memory = rememberUnseen(memory, buildReport({ bootMs, pieces, groups: [groupWith(stuck, fields)] }));
    return wantsDetail(memory, bootMs);
  });
}

const leak = (minutes: number, first = 0): Stuck[] =>
  Array.from({ length: minutes }, (_, minute) => ({ unseen: first + minute }));

describe('detail', () => {
  it('is wanted once three more ports of an owner are stuck whose remotes were not seen', () => {
    expect(wantedMinutes(leak(5))).toEqual([false, false, false, true, true]);
  });

  it('is not wanted for stuck ports that were there before the first report', () => {
    expect(wantedMinutes(Array(30).fill({ unseen: 500 }))).not.toContain(true);
  });

  it('is not wanted for a leak whose remotes are seen', () => {
    const seen = leak(30).map(({ unseen }) => ({ seen: unseen, unseen: 1 }));
    expect(wantedMinutes(seen)).not.toContain(true);
  });

  it('is not wanted when remotes get lost of ports that were stuck before', () => {
    const lost = leak(30).map(({ unseen }) => ({ seen: 30 - unseen, unseen }));
    expect(wantedMinutes(lost)).not.toContain(true);
  });

  it('stays wanted for 15 minutes after the last growth', () => {
    const wanted = wantedMinutes([...leak(4), ...Array(20).fill({ unseen: 3 })]);
    expect(wanted.indexOf(true)).toBe(3);
    expect(wanted.lastIndexOf(true)).toBe(3 + 14);
  });

  it('does not switch on and off while a leak takes one port in five minutes', () => {
    const slow = Array.from({ length: 120 }, (_, minute) => ({ unseen: Math.floor(minute / 5) }));
    expect(wantedMinutes(slow).slice(16)).not.toContain(false);
  });

  it('is wanted again when a leaker that was restarted goes on from fewer ports', () => {
    const restarted = [...Array(20).fill({ unseen: 400 }), ...leak(5)];
    expect(wantedMinutes(restarted)).toEqual([...Array(23).fill(false), true, true]);
  });

  it('is not wanted for an owner that is muted, nor for groups that others are folded into', () => {
    expect(wantedMinutes(leak(30), { mutedReason: 'known' })).not.toContain(true);
    expect(wantedMinutes(leak(30), { kind: 'other' })).not.toContain(true);
  });

  it('is judged only by reports whose TCP table was read', () => {
    expect(wantedMinutes(leak(30), {}, false)).not.toContain(true);
  });
});
