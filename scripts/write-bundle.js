// Writes alerts/, grafana/ and docs/alerts.md from their definitions: `npm run bundle -- --set key=value`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alertFiles } from '../dist/bundle/alerts/alert-files.js';
import { parseKnobs } from '../dist/bundle/alerts/knobs.js';
import { dashboardFiles } from '../dist/bundle/dashboards/dashboard-files.js';

try {
  const { values } = parseArgs({ options: { set: { type: 'string', multiple: true, default: [] } } });
  const dashboards = [...dashboardFiles()].map(([path, text]) => ({ path, text }));
  for (const { path, text } of [...alertFiles(parseKnobs(values.set)), ...dashboards]) {
    const target = fileURLToPath(new URL(`../${path}`, import.meta.url));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
} catch (error) {
  console.error(`bundle: ${error.code ?? 'EPH_USAGE'}: ${error.message}`);
  process.exitCode = 2;
}
