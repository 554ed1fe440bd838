import { RECORDING, type RecordingName } from '../../../src/bundle/recording-names.ts';
import type { GroupStory, HostStory, Seconds } from './model.ts';

/** One sample of a series that the rules of a Prometheus write: a recording or `ALERTS`. */
export type EmitRule = (
  name: RecordingName | 'ALERTS',
  labels: Readonly<Record<string, string>>,
  value: number,
) => void;

/** How long the rules take to believe a leak. */
const PROOF_SECONDS = 46 * 60;
const CRITICAL_SECONDS = 4 * 3600;

/** Emits what the rules would have written at a time, for the recordings that dashboards read. */
export function emitRecordings(story: HostStory, at: Seconds, emit: EmitRule): void {
  const hourly = at % 3600 < 300;
  for (const netns of story.namespaces) {
    let leaks = 0;
    for (const group of story.groups) {
      if (group.netns !== netns || group.protocol !== 'tcp') continue;
      const owner = { protocol: 'tcp', netns, process: group.process, unit: group.unit };
      const rate = provenRate(group, at);
      if (rate > 0) emit(RECORDING.leakRate, owner, rate);
      leaks += rate;
      if (hourly && !group.process.startsWith('(')) {
        emit(RECORDING.classMin1d, { ...owner, class: 'held' }, group.leak?.stuck(at - 86_400) ?? 0);
        emit(RECORDING.classMin1d, { ...owner, class: 'load' }, Math.floor((group.ports(at).established ?? 0) * 0.1));
      }
      if (rate > 0)
        emit('ALERTS', { ...owner, alertname: 'EphemeralPortLeak', alertstate: 'firing', severity: 'warning' }, 1);
    }
    if (leaks === 0) continue;
    const used = story.groups
      .filter((group) => group.netns === netns && group.protocol === 'tcp')
      .reduce((sum, group) => sum + Object.values(group.ports(at)).reduce((all, ports) => all + ports, 0), 0);
    const left = Math.max(0, story.capacity - used) / leaks;
    emit(RECORDING.exhaustionSeconds, { protocol: 'tcp', netns }, left);
    if (left > CRITICAL_SECONDS) continue;
    const labels = { protocol: 'tcp', netns, alertname: 'EphemeralPortExhaustionPredicted', alertstate: 'firing' };
    emit('ALERTS', { ...labels, severity: 'critical' }, 1);
  }
}

function provenRate(group: GroupStory, at: Seconds): number {
  if (group.leak === undefined) return 0;
  const before = group.leak.stuck(at - PROOF_SECONDS);
  const now = group.leak.stuck(at);
  return before > 0 && now > before ? (now - before) / PROOF_SECONDS : 0;
}
