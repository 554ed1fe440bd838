// `npm run sim -- --scenarios DIR --seed N --out FILE.json --quick`; see docs/simulation.md.
import { fileURLToPath } from 'node:url';
import { runSim } from '../dist/sim/run-sim.js';

try {
  process.exitCode = await runSim(process.argv.slice(2), fileURLToPath(new URL('../sim/scenarios', import.meta.url)));
} catch (error) {
  console.error(`sim: ${error.code ?? 'failed'}: ${error.message}`);
  process.exitCode = 2;
}
