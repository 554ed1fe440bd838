import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);
const RENDERER = fileURLToPath(new URL('../grafana-render/', import.meta.url));

/** Debian's path. */
const CHROMIUM = '/usr/bin/chromium';

const ORIGIN = 'http://dashboards.localhost/';
const PAGE = '<!doctype html><html lang="en"><body style="margin:0"><div id="root"></div></body></html>';

/** What was drawn, and everything the browser complained about. */
export interface Drawing {
  readonly complaints: readonly string[];
  /** Titles of the panels on the page, and of those that are blank inside. */
  readonly titles: readonly string[];
  readonly blank: readonly string[];
}

/** Checks the types of the renderer and bundles it into `outDir`; installs its own packages first where they are missing. */
export async function bundleRenderer(outDir: string): Promise<void> {
  if (!existsSync(join(RENDERER, 'node_modules', 'esbuild'))) {
    await run('npm', ['ci', '--ignore-scripts'], { cwd: RENDERER, maxBuffer: 64 * 1024 * 1024 });
  }
  await run('npx', ['tsc', '-p', RENDERER], { cwd: RENDERER });
  await run(process.execPath, [join(RENDERER, 'bundle.js'), outDir]);
}

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
  });
}

/** Draws a view with the bundle in `bundleDir` and writes a picture of the whole dashboard. */
export async function drawDashboard(
  browser: Browser,
  bundleDir: string,
  view: Readonly<Record<string, unknown>>,
  file: string,
): Promise<Drawing> {
  const page = await browser.newPage({ viewport: { width: Number(view['width']), height: 900 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  try {
    // An origin is needed (the components read localStorage), a server is not.
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (url === ORIGIN) return route.fulfill({ contentType: 'text/html', body: PAGE });
      // Icons come with the components; Grafana's typeface does not, so the browser takes another.
      const file = join(RENDERER, 'node_modules/@grafana/ui/dist', new URL(url).pathname);
      return existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ body: '' });
    });
    await page.goto(ORIGIN);
    await page.addStyleTag({ path: join(bundleDir, 'render.css') });
    await page.addScriptTag({ path: join(bundleDir, 'render.js') });
    if (complaints.length > 0) throw new Error(`the renderer did not load: ${complaints.join('; ')}`);
    await page.evaluate(`window.drawDashboard(${JSON.stringify(view)})`);
    await page.waitForSelector('#dashboard', { timeout: 10_000 }).catch(() => {
      throw new Error(`nothing was drawn: ${complaints.join('; ')}`);
    });
    // Grafana's charts and tables measure themselves in a later frame; two looks alike mean that they are done.
    await page.waitForTimeout(1500);
    const seen = (await page.evaluate(LOOK)) as { titles: string[]; blank: string[] };
    await page.locator('#dashboard').screenshot({ path: file });
    return { complaints, ...seen };
  } finally {
    await page.close();
  }
}

/** Runs in the page: the panels, and those without any text or any coloured pixel inside. */
const LOOK = `(() => {
  const panels = [...document.querySelectorAll('[data-testid^="data-testid Panel header"]')];
  const painted = (canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) return true;
    return false;
  };
  const title = (panel) => panel.getAttribute('data-testid').replace('data-testid Panel header ', '');
  const blank = panels.filter((panel) => {
    const body = panel.querySelector('[data-testid="data-testid panel content"]');
    if (body === null) return true;
    const canvas = body.querySelector('canvas');
    return canvas === null ? body.textContent.trim() === '' : !painted(canvas);
  });
  return { titles: panels.map(title), blank: blank.map(title) };
})()`;
