import type { Alert, ValueFormat } from './rule.ts';
import { isNumberName, type NumberFormat, TEXT_NUMBERS } from './text-numbers.ts';

const MATCHERS: Readonly<Record<string, readonly string[]>> = {
  owner: ['job', 'instance', 'netns', 'process', 'unit'],
  pool: ['job', 'instance', 'protocol', 'netns'],
  netns: ['job', 'instance', 'netns'],
  host: ['job', 'instance'],
};

const VALUES: Readonly<Record<ValueFormat, string>> = {
  integer: '{{ $value | printf "%.0f" }}',
  decimal: '{{ $value | printf "%.2f" }}',
  percent: '{{ $value | humanizePercentage }}',
  duration: '{{ $value | humanizeDuration }}',
  none: '',
};

const NUMBERS: Readonly<Record<NumberFormat, string>> = {
  integer: '. | first | value | printf "%.0f"',
  decimal: '. | first | value | printf "%.2f"',
  duration: '. | first | value | humanizeDuration',
  time: '. | first | value | humanizeTimestamp',
  'label:remote': '. | first | label "remote"',
  'label:process': '. | first | label "process" | printf "%q"',
  'label:unit': '. | first | label "unit" | printf "%q"',
};

/** `text` as a Prometheus template: `{value}`, `{label:NAME}` (quoted) and number lookups, all of the alert's own labels. */
export function prometheusText(alert: Alert, text: string): string {
  return text.replace(/\{([a-zA-Z:_]+)\}/g, (_, name: string) => {
    if (name === 'value') return VALUES[alert.valueFormat];
    if (name.startsWith('label:')) return `{{ $labels.${name.slice('label:'.length)} | printf "%q" }}`;
    if (name === 'instance') return '{{ $labels.instance }}';
    if (!isNumberName(name)) throw new RangeError(`${alert.alert}: no number "${name}"`);
    return lookUp(name);
  });
}

function lookUp(name: keyof typeof TEXT_NUMBERS): string {
  const { expr, format, missing } = TEXT_NUMBERS[name];
  const values: string[] = [];
  const query = expr.replace(/%/g, '%%').replace(/\{(owner|pool|netns|host)\}/g, (_, kind: string) =>
    (MATCHERS[kind] ?? [])
      .map((label) => {
        values.push(`$labels.${label}`);
        return `${label}=%q`;
      })
      .join(','),
  );
  // A raw string of Go: queries hold no backquote, and label values are quoted by %q.
  return `{{ with printf \`${query}\` ${values.join(' ')} | query }}{{ ${NUMBERS[format]} }}{{ else }}${missing}{{ end }}`;
}

/** `text` for a link: label values escaped for a URL. */
export function prometheusUrl(alert: Alert, base: string): string {
  const of = (label: string): string => `&var-${label}={{ $labels.${label} | urlquery }}`;
  const labels = alert.subject === 'owner' ? ['instance', 'process'] : alert.subject === 'fleet' ? [] : ['instance'];
  return `${base}/d/${alert.dashboard}?from=now-7d&to=now${labels.map(of).join('')}`;
}
