import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { HOSTILE_NAMES } from '../helpers/api-stage.ts';
import { launchChromium, openWatchedPage, type WatchedPage } from '../helpers/browser-page.ts';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { sampleAt } from '../helpers/sample-builder.ts';
import { writeRecording } from '../helpers/write-recording.ts';

const PORT = 24_573;
const URL_OF_PAGE = `http://127.0.0.1:${PORT}/`;
const MARKUP = '<img src=x onerror="document.title=`hurt`">';
const LONG = 'x'.repeat(10_240);
const NAMES: readonly string[] = [
  ...HOSTILE_NAMES,
  MARKUP,
  LONG,
  '\'"><svg/onload=alert(1)>',
  '\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627',
  '\u2066\u202e)gpj.exe(\u2069',
  '{{constructor}}',
  'javascript:alert(1)',
  '</script><script>alert(1)</script>',
];

/** An hour in which every program holds 20 bound ports from the start on. */
function* samples(): Generator<Sample> {
  for (let minute = 0; minute <= 60; minute += 5) {
    const builder = sampleAt(minute * 60_000);
    for (const [index, name] of NAMES.entries()) {
      const sockets = Array.from({ length: 20 }, (_, at) => {
        const id = index * 20 + at + 1;
        return `tcp bound 127.0.0.1:${33_000 + id} #${id}`;
      });
      builder.owner(name, sockets, { pid: 1_000 + index, unit: name });
    }
    yield builder.sample();
  }
}

describe('names of hostile processes in the page', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-hostile-'));
  let exporter: RunningExporter;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    const file = join(directory, 'hostile.ndjson.gz');
    await writeRecording(file, samples());
    const flags = [`--sample.replay=${file}`, '--sample.replay-speed=3600'];
    exporter = await startExporter({ directory, port: PORT, flags });
    browser = await launchChromium();
    watched = await openWatchedPage(browser, { viewport: { width: 360, height: 800 } });
    await watched.page.goto(URL_OF_PAGE);
  });
  afterAll(async () => {
    await browser.close();
    await exporter.program.stop();
    rmSync(directory, { recursive: true });
  });

  it('are shown as the text that they are, in the table', async () => {
    const { page } = watched;
    await expect.poll(() => page.locator('#owners a.owner').count(), { timeout: 30_000 }).toBe(NAMES.length);
    const shown = await page
      .locator('#owners a.owner bdi')
      .evaluateAll((nodes) => nodes.map((node) => node.textContent));
    expect([...shown].sort()).toEqual([...NAMES].sort());
  });

  it('are shown as text in the headline and in what opens, and open the right owner', async () => {
    const { page } = watched;
    const links = page.locator('#owners a.owner');
    for (const [index, name] of (await links.locator('bdi').allTextContents()).entries()) {
      await links.nth(index).click();
      // A click changes the address; the page follows on its own event, a moment later.
      await expect.poll(() => page.locator('.sheet > .facts bdi').first().textContent()).toBe(name);
      await links.nth(index).click();
      await expect.poll(() => page.locator('.sheet').count()).toBe(0);
    }
  });

  it('make no element, run nothing, and neither widen nor cover the page', async () => {
    const { page } = watched;
    const made = page.locator('main :is(img, script, iframe, object, a[href^="javascript"])');
    expect(await made.count()).toBe(0);
    expect(await page.locator('main svg:not(.spark, .use, .chart svg)').count()).toBe(0);
    expect(await page.title()).not.toBe('hurt');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
    const heights = await page.locator('#owners tbody tr:not(.detail)').evaluateAll((rows) => {
      return rows.map((row) => row.getBoundingClientRect().height);
    });
    expect(Math.max(...heights)).toBeLessThan(80);
  });

  it('let the page complain of nothing but the one name that is too long for a request, and not endlessly', async () => {
    const { complaints, requests } = watched;
    expect(complaints.filter((text) => !text.includes('431'))).toEqual([]);
    expect(complaints.length).toBeLessThan(10);
    expect(requests.filter((url) => !url.startsWith(URL_OF_PAGE) && url !== 'data:,')).toEqual([]);
  });
});
