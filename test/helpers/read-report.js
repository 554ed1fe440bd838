// Takes one sample of the namespace it runs in per line of stdin and prints the report as one JSON line: the exporter's own
// way from the socket to the report, without its timer. Run as `ip netns exec NAME node test/helpers/read-report.js`.
import { createInterface } from 'node:readline';
import { createPipeline } from '../../bench/pipeline.js';

const pipeline = await createPipeline(process.argv.slice(2));
for await (const _ of createInterface({ input: process.stdin })) {
  const { report } = await pipeline.sample();
  console.log(JSON.stringify(report));
}
await pipeline.close();
