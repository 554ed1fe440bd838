// The licences of what the executable holds, as they ask: Node, and the npm packages that are no dev dependencies.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One text: each licence below the name and version of its package. `nodeFolder` is the foreign part that Node came in. */
export function licensesText(root, nodeFolder) {
  const printed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root, encoding: 'utf8' });
  const packages = printed.trim().split('\n').slice(1);
  return [...packages.sort(), nodeFolder].map(licenseOf).join('\n');
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
  const text = file === undefined ? `${license}\n` : readFileSync(join(folder, file), 'utf8').trimEnd();
  return `=== ${name} ${version}\n\n${text}\n`;
}
