// What tsc does not do: the bin must be executable, `--version` tells the commit it was built from, and the status page
// is made of files that no compiler touches.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
chmodSync(new URL('main.js', dist), 0o755);
writeFileSync(new URL('build-info.json', dist), JSON.stringify({ revision: revision() }));

const page = 'http/page/';
rmSync(new URL(`${page}browser`, dist), { recursive: true, force: true });
for (const part of ['page.html', 'page.css', 'browser']) {
  cpSync(new URL(`../src/${page}${part}`, import.meta.url), new URL(`${page}${part}`, dist), { recursive: true });
}

function revision() {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      cwd: dist,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return process.env.REVISION ?? 'unknown';
  }
}
