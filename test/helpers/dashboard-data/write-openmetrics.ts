import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { FAMILIES } from '../../../src/metrics/families.ts';
import { emitExporter } from './emit-exporter.ts';
import { emitHost } from './emit-host.ts';
import { emitOwners } from './emit-owners.ts';
import { type EmitRule, emitRecordings } from './emit-recordings.ts';
import { fleet } from './fleet.ts';
import type { Emit, HostStory, Seconds } from './model.ts';

export const JOB = 'ephemeral-port-exporter';

/** Data is this dense up to the last hours, and a minute apart in them. */
export const COARSE_SECONDS = 300;
const FINE_SECONDS = 60;
const FINE_FOR_SECONDS = 3 * 3600;

/**
 * Writes the whole fleet up to `now` as OpenMetrics text, ready for `promtool tsdb create-blocks-from openmetrics`; returns the
 * keys of the families that have a sample. With `recordings`, also what the rules would have written.
 */
export async function writeOpenMetrics(
  file: string,
  now: Seconds,
  options: { readonly recordings: boolean },
): Promise<ReadonlySet<string>> {
  const out = createWriteStream(file);
  const seen = new Set<string>();
  for (const story of fleet(now)) {
    for (const at of sampleTimes(story.from, now)) {
      const text = sampleText(story, at, seen) + (options.recordings && story.up(at) ? ruleText(story, at) : '');
      if (!out.write(text)) await once(out, 'drain');
    }
  }
  out.end('# EOF\n');
  await once(out, 'finish');
  return seen;
}

function sampleTimes(from: Seconds, now: Seconds): Seconds[] {
  const times: Seconds[] = [];
  const fine = now - FINE_FOR_SECONDS;
  for (let at = from; at < fine; at += COARSE_SECONDS) times.push(at);
  for (let at = fine; at <= now; at += FINE_SECONDS) times.push(at);
  return times;
}

function sampleText(story: HostStory, at: Seconds, seen: Set<string>): string {
  const target = `job="${JOB}",instance="${story.instance}"`;
  if (!story.up(at)) return `up{${target}} 0 ${at}\n`;
  const lines = [`up{${target}} 1 ${at}`];
  const emit: Emit = (key, labels, value) => {
    seen.add(key);
    const text = Object.entries(labels as Record<string, string>).map(([name, label]) => `,${name}="${label}"`);
    lines.push(`${FAMILIES[key].name}{${target}${text.join('')}} ${value} ${at}`);
  };
  emitHost(story, at, emit);
  emitOwners(story, at, emit);
  emitExporter(story, at, emit);
  return `${lines.join('\n')}\n`;
}

function ruleText(story: HostStory, at: Seconds): string {
  const lines: string[] = [];
  const emit: EmitRule = (name, labels, value) => {
    const text = Object.entries(labels).map(([label, given]) => `,${label}="${given}"`);
    lines.push(`${name}{job="${JOB}",instance="${story.instance}"${text.join('')}} ${value} ${at}\n`);
  };
  emitRecordings(story, at, emit);
  return lines.join('');
}
