import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertFiles } from '../../../src/bundle/alerts/alert-files.ts';
import { DEFAULT_KNOBS } from '../../../src/bundle/alerts/knobs.ts';

const ROOT = new URL('../../../', import.meta.url);

describe('generated alert files', () => {
  it.each(alertFiles(DEFAULT_KNOBS))('$path is what npm run bundle writes', ({ path, text }) => {
    expect(readFileSync(new URL(path, ROOT), 'utf8')).toBe(text);
  });
});
