import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLEET_NOW } from '../helpers/dashboard-data/fleet.ts';
import { renderView } from '../helpers/dashboard-data/render-view.ts';
import { VIEWS } from '../helpers/dashboard-data/views.ts';
import { writeOpenMetrics } from '../helpers/dashboard-data/write-openmetrics.ts';
import { readDashboard } from '../helpers/dashboard-json.ts';
import { bundleRenderer, drawDashboard, startChromium } from '../helpers/draw-dashboard.ts';
import { backfill, type RealPrometheus, startPrometheus } from '../helpers/real-prometheus.ts';

const PICTURES = fileURLToPath(new URL('../../test-results/dashboards/', import.meta.url));

/** The first install of the renderer's packages takes minutes. */
const INSTALL_TIMEOUT_MS = 900_000;

describe('the dashboards drawn by the components of Grafana', () => {
  const dir = mkdtempSync(join(tmpdir(), 'epx-pictures-'));
  let prometheus: RealPrometheus;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    const text = join(dir, 'fleet.om');
    await bundleRenderer(dir);
    await writeOpenMetrics(text, FLEET_NOW, { recordings: true });
    await backfill(text, join(dir, 'data'));
    prometheus = await startPrometheus(join(dir, 'data'));
    browser = await startChromium();
  }, INSTALL_TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await prometheus?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(
    VIEWS.flatMap((view) => [
      { name: view.name, view, open: false },
      { name: `${view.name}, all rows open`, view, open: true },
    ]),
  )(
    '$name: every panel has something inside, and the browser has nothing to complain about',
    async ({ name, view, open }) => {
      const rows = readDashboard(view.uid).panels.filter((panel) => panel.type === 'row');
      const openRows = open ? rows.map((row) => row.title) : [];
      const drawn = await renderView(prometheus, view, FLEET_NOW, { width: 1600, dark: true, openRows });
      const file = join(PICTURES, `${name.replace(/[^a-z]+/gi, '-').toLowerCase()}.png`);
      const { complaints, titles, blank } = await drawDashboard(browser, dir, drawn, file);
      expect(complaints).toEqual([]);
      expect(titles.length).toBeGreaterThanOrEqual(open ? 12 : 9);
      expect(blank).toEqual([]);
      expect(statSync(file).size).toBeGreaterThan(20_000);
    },
  );
});
