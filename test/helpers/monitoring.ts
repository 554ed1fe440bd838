import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Program, startProgram } from './program.ts';

/** Where a part of the chain runs: a directory for its files, and a namespace when it is not the host's. */
export interface Place {
  readonly directory: string;
  readonly netns?: string;
}

/** Debian's Prometheus on 127.0.0.1:`port`, scraping and judging every second. */
export function startPrometheus(
  place: Place,
  options: {
    readonly port: number;
    readonly targets: readonly string[];
    readonly ruleFiles: readonly string[];
    readonly alertmanagers: readonly string[];
    /** Merged into the scrape configuration: credentials, tls_config. */
    readonly scrape?: Readonly<Record<string, unknown>>;
  },
): Program {
  const directory = join(place.directory, 'prometheus');
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'prometheus.yml');
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: options.ruleFiles,
      alerting: { alertmanagers: [{ static_configs: [{ targets: options.alertmanagers }] }] },
      scrape_configs: [
        { job_name: 'ephemeral-port-exporter', static_configs: [{ targets: options.targets }], ...options.scrape },
      ],
    }),
  );
  return startProgram({
    ...(place.netns && { netns: place.netns }),
    command: 'prometheus',
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${options.port}`,
    ],
    logFile: join(directory, 'log'),
  });
}

/** Debian's Alertmanager on 127.0.0.1:`port` that sends every group at once to `webhook`. */
export function startAlertmanager(place: Place, options: { readonly port: number; readonly webhook: string }): Program {
  const config = stringify({
    route: {
      receiver: 'webhook',
      group_by: ['alertname', 'instance', 'process'],
      group_wait: '1s',
      group_interval: '1s',
    },
    receivers: [{ name: 'webhook', webhook_configs: [{ url: options.webhook, send_resolved: true }] }],
  });
  return startAlertmanagerWith(place, { port: options.port, config });
}

/** Debian's Alertmanager on 127.0.0.1:`port` with a configuration of one's own. */
export function startAlertmanagerWith(
  place: Place,
  options: { readonly port: number; readonly config: string },
): Program {
  const directory = join(place.directory, 'alertmanager');
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'alertmanager.yml');
  writeFileSync(config, options.config);
  return startProgram({
    ...(place.netns && { netns: place.netns }),
    command: 'prometheus-alertmanager',
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${options.port}`,
      '--cluster.listen-address=',
    ],
    logFile: join(directory, 'log'),
  });
}
