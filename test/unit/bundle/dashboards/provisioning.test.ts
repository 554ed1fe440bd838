import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Provisioning {
  readonly apiVersion: number;
  readonly datasources?: readonly {
    uid: string;
    type: string;
    isDefault: boolean;
    jsonData: { timeInterval: string };
  }[];
  readonly providers?: readonly {
    type: string;
    folderUid: string;
    allowUiUpdates: boolean;
    disableDeletion: boolean;
    options: { path: string };
  }[];
}

function read(path: string): Provisioning {
  return parse(
    readFileSync(new URL(`../../../../grafana/provisioning/${path}`, import.meta.url), 'utf8'),
  ) as Provisioning;
}

describe('the files a stock Grafana reads at start', () => {
  it('name one Prometheus with a fixed uid and the scrape interval that rates need', () => {
    const { apiVersion, datasources } = read('datasources/prometheus.yaml');
    expect(apiVersion).toBe(1);
    expect(datasources?.map(({ uid, type, isDefault }) => [uid, type, isDefault])).toEqual([
      ['prometheus', 'prometheus', true],
    ]);
    expect(datasources?.[0]?.jsonData.timeInterval).toMatch(/^\d+s$/);
  });

  it('provide the dashboards from a folder, not to be changed in place', () => {
    const { apiVersion, providers } = read('dashboards/ephemeral-ports.yaml');
    expect(apiVersion).toBe(1);
    expect(providers).toHaveLength(1);
    const [provider] = providers ?? [];
    expect([provider?.type, provider?.allowUiUpdates, provider?.disableDeletion]).toEqual(['file', false, true]);
    expect(provider?.options.path).toMatch(/^\/var\/lib\/grafana\//);
  });
});
