// Lives through the incident's seven days in about two minutes: writes them as a recording and has the exporter, as it is
// built, replay it on loopback. Arguments: --port=N (10071), --seconds=N (120).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SEVEN_DAYS } from '../dist/demo/incident.js';
import { recordIncident } from '../dist/demo/record-incident.js';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '10071' }, seconds: { type: 'string', default: '120' } },
});
const folder = mkdtempSync(join(tmpdir(), 'ephemeral-port-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const recording = join(folder, 'incident.ndjson.gz');
console.log('Writing seven days of an incident...');
const tenMinutesMs = 600_000;
const endMs = Math.floor(Date.now() / tenMinutesMs) * tenMinutesMs;
await recordIncident(recording, { ...SEVEN_DAYS, startMs: endMs - SEVEN_DAYS.hours * 3_600_000 });

console.log(`Open http://localhost:${values.port}/ and watch for ${values.seconds} s; Ctrl+C ends it.`);
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const speed = Math.round((SEVEN_DAYS.hours * 3_600) / Number(values.seconds));
const flags = [
  `--web.listen-address=127.0.0.1:${values.port}`,
  `--web.control-socket=${process.platform === 'win32' ? '' : join(folder, 'control.sock')}`,
  `--sample.replay=${recording}`,
  `--sample.replay-speed=${speed}`,
  '--log.level=warn',
];
const exporter = spawn(process.execPath, [main, ...flags], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => exporter.kill('SIGTERM'));
exporter.on('exit', (code) => process.exit(code ?? 1));
