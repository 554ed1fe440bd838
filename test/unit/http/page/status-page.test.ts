import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../../../src/model/report.ts';
import { HOSTILE_NAMES, openApi } from '../../../helpers/api-stage.ts';
import { createGroup, createReport } from '../../../helpers/exporter-view.ts';
import { buildPool } from '../../../helpers/report-builder.ts';

const MOST_BYTES = 60_000;

async function pageOf(report: Report | undefined, asker: 'here' | 'elsewhere' = 'here'): Promise<string> {
  const { get } = await openApi(report);
  return (await get('/', asker)).body;
}

/** The page without its style and script: what a reader without a script has. */
function readable(page: string): string {
  return page.replace(/<(style|script).*?<\/\1>/gs, '');
}

describe('the status page', () => {
  test('allows only the style and the script that it carries, by their hashes', async () => {
    const { app } = await openApi(createReport());
    const { headers, body } = await app.inject('/');
    const parts = ['style', 'script'].map(
      (tag) => new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 's').exec(body)?.[1] ?? '',
    );
    const [style, script] = parts.map((part) => `'sha256-${createHash('sha256').update(part).digest('base64')}'`);
    expect(parts.every((part) => part.length > 1000)).toBe(true);
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src ${script}; style-src ${style}; connect-src 'self'; img-src data:; ` +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  test('has no attribute that the policy would block, and loads nothing', async () => {
    const page = await pageOf(createReport([createGroup('a', 3)]));
    const markup = page.replace(/(<(?:style|script)[^>]*>).*?(<\/)/gs, '$1$2');
    expect(markup).not.toMatch(/\s(?:style|on\w+)=/i);
    expect(markup).not.toMatch(/\ssrc=/i);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    expect(page).not.toContain('{{');
  });

  test('is smaller than 60 KB with its owners in it', async () => {
    const groups = Array.from({ length: 50 }, (_, index) => createGroup(`a-program-with-a-name-${index}`, 100 - index));
    const page = await pageOf(createReport(groups));
    expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
  });

  test('says the verdict, the use of the range and the owners without a script', async () => {
    const pools = [buildPool({ used: 14_500, capacity: 16_384, states: { bound: 14_500 } })];
    const page = readable(await pageOf({ ...createReport([createGroup('leaky', 14_500)]), pools }));
    expect(page).toMatch(
      /<h1[^>]*>The TCP range is nearly full \(88 % used\): leaky \(x\.service\) holds most of them\.</,
    );
    expect(page).toContain('<b>14,500</b> of 16,384 ports used, <b>1,884</b> left');
    expect(page).toContain('<bdi class="owner">leaky</bdi>');
    expect(page).toContain('2023-11-14 22:13:20 UTC');
  });

  test('keeps remotes from who asks from elsewhere', async () => {
    const group = createGroup('leaky', 50);
    const remotes = [{ remote: '203.0.113.77:443', class: 'other' as const, ports: 50 }];
    const report = createReport([{ ...group, stuck: { ...group.stuck, ports: 50, remotes } }]);
    expect(readable(await pageOf(report))).toContain('203.0.113.77');
    expect(readable(await pageOf(report, 'elsewhere'))).not.toContain('203.0.113.77');
    expect(readable(await pageOf(report, 'elsewhere'))).toContain('<b>5</b> of 100 ports used');
  });

  test('says so when there is no sample yet', async () => {
    const page = readable(await pageOf(undefined));
    expect(page).toContain('No sample has been taken yet');
    expect(page).toContain('No range has been read yet.');
  });

  test.each(HOSTILE_NAMES.map((name) => [JSON.stringify(name), name]))('shows %s as text', async (_title, name) => {
    const page = readable(await pageOf(createReport([createGroup(name, 5)])));
    expect(page).not.toMatch(/<img|<script/);
    const shown = /<bdi class="owner">(.*?)<\/bdi>/s.exec(page)?.[1] ?? '';
    const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
    expect(shown.replace(/&\w+;|&#39;/g, (entity) => entities[entity] ?? entity)).toBe(name);
  });
});
