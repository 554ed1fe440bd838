import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assembleScript } from '../../../../src/http/page/assemble-script.ts';

describe('the script of the page', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eph-page-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): void => writeFileSync(join(folder, `${name}.js`), text);
  const run = (entry: string): unknown[] => {
    const told: unknown[] = [];
    runInNewContext(assembleScript(folder, entry), { tell: (value: unknown) => told.push(value) });
    return told;
  };

  test('runs each module once, after those it needs, though names repeat', () => {
    write(
      'base',
      "tell('base');\nexport const one = 1;\nconst hidden = 'base';\nexport function hiddenOf() {\n  return hidden;\n}\n",
    );
    write('left-side', "import { one } from './base.js';\nconst hidden = one + 1;\nexport const two = hidden;\n");
    write(
      'main',
      "import { hiddenOf, one } from './base.js';\nimport { two } from './left-side.js';\nconst hidden = 0;\ntell([one, two, hidden, hiddenOf()]);\n",
    );
    expect(run('main')).toEqual(['base', [1, 2, 0, 'base']]);
  });

  test('leaves the comments for the repository out and keeps texts that look like them', () => {
    write(
      'main',
      '/** A sentence. @type {string} */\nconst url = "/** no comment */";\n  /**\n   * More.\n   */\ntell(url);\n',
    );
    expect(assembleScript(folder, 'main')).not.toMatch(/sentence|More/);
    expect(run('main')).toEqual(['/** no comment */']);
  });

  test.each([
    ['a default export', 'export default 1;\n'],
    ['a list of exports', 'const a = 1;\nexport { a };\n'],
    ['a package', "import { a } from 'package';\n"],
    ['a bare import', "import './other.js';\n"],
  ])('refuses %s', (_what, text) => {
    write('main', text);
    write('other', '');
    expect(() => assembleScript(folder, 'main')).toThrow('main.js cannot be joined');
  });

  test('refuses modules that need each other', () => {
    write('main', "import { a } from './other.js';\nexport const b = a;\n");
    write('other', "import { b } from './main.js';\nexport const a = b;\n");
    expect(() => assembleScript(folder, 'main')).toThrow('main imports itself through main, other');
  });
});
