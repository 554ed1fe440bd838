import { ExporterError } from '../../errors.ts';

export interface Knob {
  readonly fallback: string;
  /** What it changes and why the default is what it is, one line. */
  readonly meaning: string;
  readonly pattern: RegExp;
}

const NUMBER = /^\d+(\.\d+)?$/;
const RATIO = /^0?\.\d+$/;
const SWITCH = /^(on|off)$/;
const URL_BASE = /^https?:\/\/[^\s"'{}]+$/;

const KNOB_NAMES = [
  'job',
  'warning-days',
  'page-hours',
  'leak-page-hours',
  'high-ratio',
  'full-ratio',
  'min-age-hours',
  'fast-tier',
  'load-tier',
  'floor-tier',
  'grafana-url',
  'runbook-url',
  'time-scale',
] as const;
export type KnobName = (typeof KNOB_NAMES)[number];

/** What `npm run bundle -- --set key=value` can change. */
export const KNOBS: Readonly<Record<KnobName, Knob>> = {
  job: {
    fallback: 'ephemeral-port-exporter',
    meaning: 'Prometheus job of the exporters; only the alerts on a missing exporter ask for it.',
    pattern: /^[A-Za-z0-9_./:-]+$/,
  },
  'warning-days': {
    fallback: '3',
    meaning: 'A forecast within this many days is a ticket: a working day is left even over a weekend.',
    pattern: NUMBER,
  },
  'page-hours': {
    fallback: '4',
    meaning:
      'Without a proven leak, a forecast within this many hours is a page: time to find and restart one service.',
    pattern: NUMBER,
  },
  'leak-page-hours': {
    fallback: '12',
    meaning: 'With a proven leak, a forecast within this many hours is a page: it will not go away by itself.',
    pattern: NUMBER,
  },
  'high-ratio': {
    fallback: '0.80',
    meaning: 'Share of the capacity in use that is a ticket whatever the reason.',
    pattern: RATIO,
  },
  'full-ratio': {
    fallback: '0.95',
    meaning: 'Share of the capacity that is lost to a new connection and is a page.',
    pattern: RATIO,
  },
  'min-age-hours': {
    fallback: '4',
    meaning:
      'A process younger than this has no proof by half an hour: it may be warming up. By four hours it needs a quarter more.',
    pattern: NUMBER,
  },
  'fast-tier': {
    fallback: 'on',
    meaning: 'Proof of a leak by half an hour (or four hours) of stuck ports beyond what the week has seen.',
    pattern: SWITCH,
  },
  'load-tier': {
    fallback: 'on',
    meaning: 'Proof of a leak by 28 hours at one pace in states that follow load, UDP included.',
    pattern: SWITCH,
  },
  'floor-tier': {
    fallback: 'on',
    meaning: 'Proof of a leak by a daily minimum that rises four days in a row.',
    pattern: SWITCH,
  },
  'grafana-url': {
    fallback: 'http://localhost:3000',
    meaning: 'Base of the dashboard links.',
    pattern: URL_BASE,
  },
  'runbook-url': {
    fallback: 'https://example.com/ephemeral-port-exporter/docs/runbooks',
    meaning: 'Base of the runbook links: where docs/runbooks is served.',
    pattern: URL_BASE,
  },
  'time-scale': {
    fallback: '1',
    meaning:
      'Divides every time in the rules, to try the whole chain in minutes: 120 makes half an hour 15 s. Not for production.',
    pattern: /^[1-9]\d{0,2}$/,
  },
};

export type Knobs = Readonly<Record<KnobName, string>>;

export const DEFAULT_KNOBS: Knobs = Object.fromEntries(
  Object.entries(KNOBS).map(([name, knob]) => [name, knob.fallback]),
) as Knobs;

/**
 * The defaults with `key=value` settings over them.
 * @throws ExporterError EPH_USAGE when a key is not known or a value is not of its form.
 */
export function parseKnobs(settings: readonly string[]): Knobs {
  const knobs: Record<KnobName, string> = { ...DEFAULT_KNOBS };
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const name = at < 0 ? setting : setting.slice(0, at);
    if (at < 0 || !isKnobName(name)) {
      const known = Object.keys(KNOBS).join(', ');
      throw new ExporterError('EPH_USAGE', `--set ${setting}: write key=value with one of the keys ${known}`);
    }
    const value = setting.slice(at + 1);
    if (!KNOBS[name].pattern.test(value)) {
      throw new ExporterError(
        'EPH_USAGE',
        `--set ${name}: "${value}" is not of the form ${KNOBS[name].pattern.source}`,
      );
    }
    knobs[name] = value;
  }
  return knobs;
}

function isKnobName(name: string): name is KnobName {
  return Object.hasOwn(KNOBS, name);
}
