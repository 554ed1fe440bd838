// `node scripts/run-rule-cost.js [HOSTS] [MINUTES]`: CPU seconds that the rules cost Prometheus per five minutes at 1,000
// hosts: each rule asked as a query, and, when minutes are given, all of them evaluated by Prometheus itself for so long.
import { measureRuleCost, measureRulesAtWork } from '../dist/sim/rule-cost.js';

const hosts = Number(process.argv[2] ?? 40);
const minutes = Number(process.argv[3] ?? 0);
const costs = await measureRuleCost(hosts);
const sum = (some) => some.reduce((total, { seconds }) => total + seconds, 0).toFixed(2);
for (const { name, expr, seconds } of [...costs].sort((a, b) => b.seconds - a.seconds)) {
  console.log(`${seconds.toFixed(3)} s  ${name}  ${expr.slice(0, 90)}`);
}
for (const group of new Set(costs.map((cost) => cost.group))) {
  console.log(`${sum(costs.filter((cost) => cost.group === group))} s  ${group}`);
}
console.log(
  `${sum(costs)} s of one core per 5 min at 1,000 hosts x 50 groups, asked as queries (${hosts} hosts, scaled)`,
);
if (minutes > 0) {
  const atWork = await measureRulesAtWork(hosts, minutes);
  console.log(`${atWork.toFixed(2)} s, evaluated by Prometheus itself for ${minutes} min, ten times as often`);
}
