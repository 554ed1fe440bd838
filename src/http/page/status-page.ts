import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StatusAnswer } from '../api/status-schema.ts';
import { escapeHtml } from '../escape-html.ts';
import { assembleScript } from './assemble-script.ts';
import { renderFreshness, renderOwners, renderPools } from './static-parts.ts';

/** The page under `/`, one file that asks for nothing but the API of its own origin. */
export interface StatusPage {
  /** Content policy: only the very style and script that the page carries. */
  readonly policy: string;
  /** The page as it reads without a script; the script then keeps it up to date. */
  render(status: StatusAnswer, telemetryPath: string): string;
}

const CSS_COMMENT = /\/\*.*?\*\//gs;
const LINE_END_OR_SPACE = /\n\s*| (?=\{)/g;
const FOLDER = fileURLToPath(new URL('./', import.meta.url));

/** Puts the page together from the files beside this one. @throws Error when one is missing */
export function createStatusPage(folder: string = FOLDER): StatusPage {
  const style = readFileSync(`${folder}/page.css`, 'utf8').replace(CSS_COMMENT, '').replace(LINE_END_OR_SPACE, '');
  const script = assembleScript(`${folder}/browser`, 'main');
  if (/<\/?(?:script|style)|<!--/i.test(style + script)) throw new Error('style and script must not end themselves');
  const pieces = readFileSync(`${folder}/page.html`, 'utf8')
    .replace('<link rel="stylesheet" href="page.css">', '<style>{{style}}</style>')
    .replace('<script type="module" src="browser/main.js"></script>', '<script type="module">{{script}}</script>')
    .split(/\{\{(\w+)\}\}/);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    policy,
    render(status, telemetryPath) {
      const parts: Readonly<Record<string, string>> = {
        style,
        script,
        freshness: renderFreshness(status),
        kind: status.verdict.kind,
        sentence: escapeHtml(status.verdict.sentence),
        pools: renderPools(status),
        owners: renderOwners(status),
        version: escapeHtml(status.exporter.version),
        revision: escapeHtml(status.exporter.revision),
        telemetryPath: escapeHtml(telemetryPath.replace(/^\//, '')),
      };
      // Odd pieces are the names between the braces.
      return pieces.map((piece, index) => (index % 2 === 0 ? piece : (parts[piece] ?? ''))).join('');
    },
  };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
