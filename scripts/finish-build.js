// What tsc does not do: the bin must be executable, and `--version` tells the commit it was built from.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
chmodSync(new URL('main.js', dist), 0o755);
writeFileSync(new URL('build-info.json', dist), JSON.stringify({ revision: revision() }));

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
