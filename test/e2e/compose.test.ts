import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentedRunLine } from '../helpers/container-engine.ts';

const ROOT = join(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');

interface Service {
  readonly image: string;
  readonly cap_add?: readonly string[];
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly ports?: readonly string[];
  readonly [key: string]: unknown;
}

const stack = parse(readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

interface Mount {
  readonly service: string;
  readonly source: string;
  readonly target: string;
}

/** Mounts of files and folders, resolved as compose resolves them: against the folder of the file. */
const mounts: readonly Mount[] = Object.entries(stack.services).flatMap(([service, { volumes = [] }]) =>
  volumes.flatMap((volume) => {
    const [source = '', target = ''] = volume.split(':');
    return source.startsWith('.') ? [{ service, source: resolve(DEPLOY, source), target }] : [];
  }),
);
const mountedAt = (service: string, path: string): Mount => {
  const found = mounts.find((mount) => mount.service === service && mount.target === path);
  if (found === undefined) throw new Error(`nothing is mounted at ${path} of ${service}`);
  return found;
};
const flag = (service: string, name: string): string => {
  const given = stack.services[service]?.command?.find((word) => word.startsWith(`${name}=`));
  if (given === undefined) throw new Error(`${service} has no ${name}`);
  return given.slice(name.length + 1);
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eph-compose-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the compose stack', () => {
  it('mounts only what is in the repository and what it declares', () => {
    expect(mounts.length).toBeGreaterThan(5);
    expect(mounts.filter(({ source, target }) => !existsSync(source) || !isAbsolute(target))).toEqual([]);
    const named = Object.values(stack.services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0] as string).filter((source) => !source.startsWith('.')),
    );
    expect(Object.keys(stack.volumes).sort()).toEqual([...new Set(named)].sort());
  });

  it('runs the exporter as documented', () => {
    const words = documentedRunLine('ephemeral-port-exporter');
    const exporter = stack.services['exporter'];
    const added = words.filter((word) => word.startsWith('--cap-add=')).map((word) => word.replace('--cap-add=', ''));
    expect(exporter).toMatchObject({
      pid: 'host',
      network_mode: 'host',
      cap_drop: ['ALL'],
      cap_add: added,
      security_opt: ['no-new-privileges'],
      read_only: true,
      tmpfs: [words[words.indexOf('--tmpfs') + 1]],
    });
  });

  it('gives Prometheus a configuration that promtool takes, with the alert rules of this repository', () => {
    const config = mountedAt('prometheus', flag('prometheus', '--config.file'));
    const text = readFileSync(config.source, 'utf8');
    const { rule_files, alerting } = parse(text);
    // The paths in the container, as they are here.
    const here = (rule_files as string[]).reduce(
      (all, path) => all.replace(path, mountedAt('prometheus', path).source),
      text,
    );
    const file = join(directory, 'prometheus.yml');
    writeFileSync(file, here);
    expect(execFileSync('promtool', ['check', 'config', file], { encoding: 'utf8' })).toMatch(/\d+ rules found/);
    const [target] = alerting.alertmanagers[0].static_configs[0].targets;
    expect(Object.keys(stack.services)).toContain(target.split(':')[0]);
  });

  it('gives Alertmanager a configuration that amtool takes', () => {
    const { source } = mountedAt('alertmanager', flag('alertmanager', '--config.file'));
    expect(execFileSync('amtool', ['check-config', source], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  it('gives Grafana the datasource by a name of the stack, and the dashboards where the provider looks', () => {
    const datasources = mountedAt('grafana', '/etc/grafana/provisioning/datasources').source;
    const { url } = parse(readFileSync(join(datasources, 'prometheus.yaml'), 'utf8')).datasources[0];
    expect(Object.keys(stack.services)).toContain(new URL(url).hostname);
    const providers = mountedAt('grafana', '/etc/grafana/provisioning/dashboards').source;
    const { path } = parse(readFileSync(join(providers, 'ephemeral-ports.yaml'), 'utf8')).providers[0].options;
    const dashboards = mountedAt('grafana', path).source;
    const environment = stack.services['grafana']?.['environment'] as Record<string, string>;
    const home = environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] as string;
    expect(statSync(join(dashboards, home.replace(`${path}/`, ''))).isFile()).toBe(true);
  });

  it('lets nobody else on the network reach what has no password', () => {
    const ports = Object.values(stack.services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});
