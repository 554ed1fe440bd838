import { parse, stringify } from 'yaml';

/** The example configuration of Alertmanager with its waits of minutes as seconds, and its receivers at a webhook. */
export function quickAlertmanager(example: string, webhookPort: number): string {
  const config = parse(example, (key, value: unknown) => {
    if (key === 'group_wait') return '1s';
    if (key === 'group_interval') return '2s';
    if (key === 'url' && typeof value === 'string') return value.replace('127.0.0.1:9', `127.0.0.1:${webhookPort}`);
    return value;
  }) as Record<string, unknown>;
  return stringify(config);
}
