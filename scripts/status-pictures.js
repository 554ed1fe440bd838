// Draws docs/img/status-*.png: the page over a quiet host, in the middle of the incident, with the range full, on a phone.
// Needs Chromium. Usage: npm run build && node scripts/status-pictures.js
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { SEVEN_DAYS } from '../dist/demo/incident.js';
import { recordIncident } from '../dist/demo/record-incident.js';

const PORT = 24_577;
const HOUR_MS = 3_600_000;
const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'eph-pictures-'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

try {
  await withHost(6.5, async () => {
    await draw('idle', { width: 1280, height: 860 });
  });
  await withHost(96, async () => {
    await draw('incident', { width: 1280, height: 1080, open: 'Last 8 days' });
    await draw('phone', { width: 360, height: 1100, open: 'Last 24 hours' });
  });
  await withHost(168, async () => {
    await draw('full', { width: 1280, height: 860 });
    await draw('full-dark', { width: 1280, height: 1080, colorScheme: 'dark', open: 'Last 8 days' });
  });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** Runs the exporter at the end of the incident's first `hours`. */
async function withHost(hours, work) {
  const recording = join(folder, `${hours}.ndjson.gz`);
  await recordIncident(recording, { ...SEVEN_DAYS, hours, startMs: Date.now() - hours * HOUR_MS });
  const flags = [
    `--web.listen-address=127.0.0.1:${PORT}`,
    `--web.control-socket=${join(folder, 'control.sock')}`,
    `--sample.replay=${recording}`,
    '--sample.replay-speed=20000',
    '--log.level=warn',
  ];
  const exporter = spawn(process.execPath, [fromHere('../dist/main.js'), ...flags], { stdio: 'inherit' });
  const closed = new Promise((resolve) => exporter.once('exit', resolve));
  try {
    for (let isOver = false; !isOver; await sleep(500)) {
      const answer = await fetch(`http://127.0.0.1:${PORT}/api/v1/status`).catch(() => undefined);
      const { takenAtMs = 0, ledgerStartMs = 0 } = (await answer?.json()) ?? {};
      isOver = takenAtMs - ledgerStartMs >= hours * HOUR_MS;
    }
    await work();
  } finally {
    exporter.kill();
    await closed;
  }
}

async function draw(name, { width, height, colorScheme = 'light', open }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`http://127.0.0.1:${PORT}/`);
  await page.locator('a.owner').first().waitFor();
  if (open !== undefined) {
    await page.locator('a.owner').first().click();
    await page.getByRole('button', { name: open }).click();
    await page.locator('.chart path').first().waitFor();
  }
  // The second answer tells that time no longer runs as in a replay.
  await sleep(6_000);
  await page.screenshot({ path: fromHere(`../docs/img/status-${name}.png`) });
  await page.close();
}
