import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

interface Link {
  readonly from: string;
  readonly path: string;
  readonly anchor: string;
}

/** Links and pictures to files of this repository. */
function localLinks(file: string): Link[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] as string)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { from: file, path: path === '' ? file : relative(ROOT, join(ROOT, dirname(file), path)), anchor };
    });
}

/** Anchors of a document's headings, as the usual renderers make them. */
function anchors(file: string): string[] {
  const headings = readFileSync(join(ROOT, file), 'utf8').match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

const links = DOCUMENTS.flatMap(localLinks);

test('every link of the documents leads to a file that is there', () => {
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every anchor of a link is a heading of its document', () => {
  const broken = links.filter(
    ({ path, anchor }) =>
      anchor !== '' && path.endsWith('.md') && existsSync(join(ROOT, path)) && !anchors(path).includes(anchor),
  );
  expect(broken).toEqual([]);
});
