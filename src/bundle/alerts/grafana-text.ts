import type { Alert, ValueFormat } from './rule.ts';
import { isNumberName, type NumberFormat, type NumberName, TEXT_NUMBERS } from './text-numbers.ts';

const VALUES: Readonly<Record<ValueFormat, string>> = {
  integer: '{{ $values.B.Value | printf "%.0f" }}',
  decimal: '{{ $values.B.Value | printf "%.2f" }}',
  percent: '{{ $values.B.Value | humanizePercentage }}',
  duration: '{{ $values.B.Value | humanizeDuration }}',
  none: '',
};

const NUMBERS: Readonly<Record<NumberFormat, string>> = {
  integer: '.Value | printf "%.0f"',
  decimal: '.Value | printf "%.2f"',
  duration: '.Value | humanizeDuration',
  time: '.Value | humanizeTimestamp',
  'label:remote': '',
  'label:process': '',
  'label:unit': '',
};

/** Grafana has no lookups in texts: what is a name, or the first of many, stands on the dashboard alone. */
function isCarried(name: NumberName): boolean {
  const { expr, format } = TEXT_NUMBERS[name];
  return !format.startsWith('label:') && !expr.includes('topk(');
}

/** The numbers of a text that travel as queries of their own, each with the alert's labels or fewer. */
export function grafanaNumbers(alert: Alert): { readonly name: NumberName; readonly expr: string }[] {
  return alert.numbers.filter(isCarried).map((name) => ({
    name,
    expr: TEXT_NUMBERS[name].expr.replace(/\{(owner|pool|netns|host)\},?/g, ''),
  }));
}

/** `text` as a Grafana template (`$values` by refId, `$labels`). */
export function grafanaText(alert: Alert, text: string): string {
  return text.replace(/\{([a-zA-Z:_]+)\}/g, (_, name: string) => {
    if (name === 'value') return VALUES[alert.valueFormat];
    if (name.startsWith('label:')) return `{{ $labels.${name.slice('label:'.length)} | printf "%q" }}`;
    if (name === 'instance') return '{{ $labels.instance }}';
    if (!isNumberName(name)) throw new RangeError(`${alert.alert}: no number "${name}"`);
    const { format, missing } = TEXT_NUMBERS[name];
    if (!isCarried(name)) return '(see the dashboard)';
    return `{{ with $values.${name} }}{{ if .Labels }}{{ ${NUMBERS[format]} }}{{ else }}${missing}{{ end }}{{ end }}`;
  });
}
