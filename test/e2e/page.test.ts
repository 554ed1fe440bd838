import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playIncident } from '../../src/demo/incident.ts';
import { launchChromium, openWatchedPage, type WatchedPage } from '../helpers/browser-page.ts';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { eventually } from '../helpers/program.ts';
import { writeRecording } from '../helpers/write-recording.ts';

const PORT = 24_571;
const URL_OF_PAGE = `http://127.0.0.1:${PORT}/`;
const HOURS = 30;
const REPLAY_SECONDS = 25;
const CULPRIT = 'dns-filter.exe';

/** What axe calls serious or critical in the page as it stands. */
async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(() => 0);
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
  return page.evaluate(async () => {
    interface Axe {
      run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
    }
    const { violations } = await (window as unknown as { axe: Axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

const row = (page: Page, process: string) => page.locator('#owners tbody tr', { hasText: process }).first();

/** Number in the cell of an owner under the given head. */
async function numberOf(page: Page, process: string, column: string): Promise<number> {
  const heads = await page.locator('#owners thead th').allInnerTexts();
  const index = heads.findIndex((text) => text.startsWith(column));
  const text = await row(page, process).locator('th, td').nth(index).innerText();
  return Number(text.replaceAll(',', '').replace('\u2212', '-'));
}

const namesOf = (page: Page): Promise<string[]> => page.locator('#owners a.owner').allInnerTexts();

describe('the status page in Chromium', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-page-'));
  let exporter: RunningExporter;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    const file = join(directory, 'incident.ndjson.gz');
    const startMs = Date.now() - HOURS * 3_600_000;
    await writeRecording(
      file,
      playIncident({ startMs, hours: HOURS, stepMinutes: 10, updateAtHour: 7, leakPerMinute: 1.75 }),
    );
    const speed = Math.round((HOURS * 3_600) / REPLAY_SECONDS);
    const flags = [`--sample.replay=${file}`, `--sample.replay-speed=${speed}`];
    exporter = await startExporter({ directory, port: PORT, flags });
    browser = await launchChromium();
    watched = await openWatchedPage(browser);
  });
  afterAll(async () => {
    await browser.close();
    await exporter.program.stop();
    rmSync(directory, { recursive: true });
  });

  it('lives through an incident without being touched: rows appear and update, the chart follows', async () => {
    const { page } = watched;
    await page.goto(URL_OF_PAGE);
    await row(page, CULPRIT).waitFor();
    await row(page, CULPRIT).locator('a.owner').click();
    const chart = page.locator('.chart svg');
    await chart.waitFor();
    const label = await chart.getAttribute('aria-label');
    const stuck = await numberOf(page, CULPRIT, 'Stuck');
    await expect.poll(() => numberOf(page, CULPRIT, 'Stuck'), { timeout: 60_000 }).toBeGreaterThan(stuck + 100);
    await expect.poll(() => chart.getAttribute('aria-label'), { timeout: 60_000 }).not.toBe(label);
    expect(await page.locator('#freshness').innerText()).toMatch(/^Replay of /);
  });

  it('names the culprit, its pace and the time left when the replay has ended', async () => {
    const { page } = watched;
    await eventually('the end of the replay', async () => {
      const status = JSON.parse(await exporter.get('/api/v1/status')) as { takenAtMs: number };
      return Date.now() - status.takenAtMs < 600_000;
    });
    // 23 hours at 1.75 a minute.
    await expect.poll(() => numberOf(page, CULPRIT, 'Bound'), { timeout: 30_000 }).toBe(Math.floor(23 * 60 * 1.75));
    const sentence = await page.locator('h1').innerText();
    expect(sentence).toMatch(
      /^dns-filter\.exe \(DnsFilter\) leaks 1\.\d\d TCP ports a minute .*169\.254\.169\.254:80; \d d \d+ h left/,
    );
    expect(await page.locator('#kind').innerText()).toBe('LEAK');
    expect(await page.locator('#advice code').innerText()).toBe('Restart-Service DnsFilter');
    expect(await page.title()).toMatch(/^1\d %, Leak/);
    expect(await page.locator('#link-local tr', { hasText: CULPRIT }).innerText()).toMatch(
      /metadata\s+0\s+2,(?:39|40|41)\d/,
    );
  });

  it('sorts by any column, down, up, and back by danger', async () => {
    const { page } = watched;
    const byDanger = await namesOf(page);
    expect(byDanger[0]).toBe(CULPRIT);
    const head = page.locator('#owners thead th', { hasText: 'Close wait' });
    await head.getByRole('button').click();
    expect((await namesOf(page))[0]).toBe('print-router.exe');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await head.getByRole('button').click();
    expect((await namesOf(page)).at(-1)).toBe('print-router.exe');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    await head.getByRole('button').click();
    expect(await namesOf(page)).toEqual(byDanger);
    expect(await head.getAttribute('aria-sort')).toBeNull();
  });

  it('goes from the owner to its ports to the journey of one, by keyboard alone, and back', async () => {
    const { page } = watched;
    await page.goto(`${URL_OF_PAGE}#/`);
    const owner = row(page, CULPRIT).locator('a.owner');
    await owner.focus();
    await page.keyboard.press('Enter');
    expect(await owner.getAttribute('aria-expanded')).toBe('true');
    const port = page.locator('.sheet a', { hasText: /^tcp \d+$/ }).first();
    await port.focus();
    await page.keyboard.press('Enter');
    const journey = page.locator('.journey li').last();
    await expect
      .poll(() => journey.innerText())
      .toMatch(/bound, last with 169\.254\.169\.254:80, dns-filter\.exe \(DnsFilter\), process 9472, since /);
    expect(await page.locator('.sheet h3').last().innerText()).toMatch(/^Its stuck ports: 15 of 2,\d{3}$/);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => page.locator('.sheet a', { hasText: /^tcp \d+$/ }).count()).toBe(60);
    await page.goBack();
    await expect.poll(() => page.locator('.journey').count()).toBe(0);
    await page.goBack();
    expect(await page.locator('.sheet').count()).toBe(0);
  });

  it('marks the restart in the chart, and reads any point of it by keyboard', async () => {
    const { page } = watched;
    await page.goto(`${URL_OF_PAGE}#/`);
    await row(page, CULPRIT).locator('a.owner').click();
    await page.getByRole('button', { name: 'Last 8 days' }).click();
    await expect.poll(() => page.locator('.chart .mark').count()).toBe(2);
    await page.locator('.chart svg').focus();
    await page.keyboard.press('End');
    expect(await page.locator('.reading').innerText()).toMatch(/: bound 2,41\d$/);
    await page.keyboard.press('Home');
    expect(await page.locator('.reading').innerText()).toMatch(/: bound 1\d$/);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
  ] as const)(
    'has no serious violation for axe, %s at %d pixels, and nothing to scroll sideways',
    async (colorScheme, width) => {
      // The policy of the page keeps axe out, as it should.
      const { page } = await openWatchedPage(browser, {
        colorScheme,
        viewport: { width, height: 800 },
        bypassCSP: true,
      });
      await page.goto(URL_OF_PAGE);
      await row(page, CULPRIT).locator('a.owner').click();
      await page.locator('.sheet a').first().click();
      await page.locator('.journey time').first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
      await page.context().close();
    },
  );

  it('asks for nothing while nobody looks, and at once when somebody does', async () => {
    const { page, requests } = await openWatchedPage(browser);
    await page.clock.install();
    await page.goto(URL_OF_PAGE);
    await row(page, CULPRIT).waitFor();
    const show = (state: string) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await page.clock.runFor(5_000);
    await expect.poll(() => requests.length).toBeGreaterThan(2);
    await show('hidden');
    const before = requests.length;
    await page.clock.runFor(600_000);
    expect(requests.length).toBe(before);
    await show('visible');
    await expect.poll(() => requests.length).toBe(before + 1);
    await page.context().close();
  });

  it('keeps remotes and ports from who comes through a proxy, and says how to see them', async () => {
    const { page } = await openWatchedPage(browser, { extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.9' } });
    await page.goto(URL_OF_PAGE);
    await row(page, CULPRIT).locator('a.owner').click();
    await page.locator('.chart path').first().waitFor();
    expect(await page.locator('.sheet').innerText()).toContain('told to this host and to authenticated clients only');
    expect(await page.content()).not.toContain('169.254.169.254:80');
    expect(await page.locator('.sheet a').count()).toBe(0);
    await page.context().close();
  });

  it('reads without a script', async () => {
    const { page } = await openWatchedPage(browser, { javaScriptEnabled: false });
    await page.goto(URL_OF_PAGE);
    expect(await page.locator('h1').innerText()).toContain(`${CULPRIT} (DnsFilter) leaks`);
    expect(await page.locator('#pools').innerText()).toMatch(/of 16,384 ports used/);
    await page.context().close();
  });

  it('complained of nothing and asked nobody but its own server', async () => {
    expect(watched.complaints).toEqual([]);
    expect(watched.requests.length).toBeGreaterThan(10);
    expect(watched.requests.filter((url) => !url.startsWith(URL_OF_PAGE) && url !== 'data:,')).toEqual([]);
  });

  it('says that the exporter does not answer, and goes on when it does', async () => {
    const { page } = watched;
    await page.route('**/api/v1/status', (route) => route.abort());
    await page.locator('#trouble').waitFor({ state: 'visible', timeout: 20_000 });
    expect(await page.locator('#trouble').innerText()).toMatch(/^The exporter does not answer\. What you see is from /);
    await page.unroute('**/api/v1/status');
    await page.locator('#trouble').waitFor({ state: 'hidden', timeout: 20_000 });
  });
});
