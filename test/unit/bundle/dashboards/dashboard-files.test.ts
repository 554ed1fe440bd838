import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dashboardFiles } from '../../../../src/bundle/dashboards/dashboard-files.ts';

const ROOT = new URL('../../../../', import.meta.url);

describe('the committed dashboards', () => {
  it.each([...dashboardFiles()])('%s is what the code writes (npm run bundle)', (path, text) => {
    expect(readFileSync(new URL(path, ROOT), 'utf8')).toBe(text);
  });

  it('are all there is in their folders', () => {
    const committed = ['dashboards', 'import'].flatMap((folder) =>
      readdirSync(new URL(`grafana/${folder}/`, ROOT)).map((name) => `grafana/${folder}/${name}`),
    );
    expect(committed.sort()).toEqual([...dashboardFiles().keys()].sort());
  });
});
