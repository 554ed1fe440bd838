/** The section of docs/alerts.md on what a person is sent; received by test/e2e/accelerated-page.test.ts on 2026-11-25. */
export const RECEIVED = `
## What a person gets

The whole chain, tried in a minute by \`npm run test:e2e\` (\`test/e2e/accelerated-page.test.ts\`): a program that leaks a port with every request to
169.254.169.254:80 in a namespace of its own, the exporter, the rules of this page written with \`--set time-scale=120 --set min-age-hours=0.1\`,
Prometheus with a (scaled) week of history, Alertmanager with \`alerts/alertmanager.example.yml\` and its waits in seconds. The webhook gets one
ticket and one page, and nothing more for ten seconds after. 468 ports a minute there are 3.9 a minute at the pace of
the rules; numbers in texts are not scaled.

The ticket, EphemeralPortLinkLocalLeak:

> "dns-filter" (unit "", network namespace "self") on 127.0.0.1:10071 holds 88 stuck ports whose last remote was a link-local or metadata address, and
> holds ever more; 88 of 88 stuck ports were seen talking, most to 169.254.169.254:80 (88). It has gained 616.81 stuck ports a minute in the last ten
> minutes; 1079 ports are left, 1m 44s at this pace, until 2026-11-25 16:04:00 +0000 UTC. The oldest is held since 2026-11-25 16:01:48.617 +0000 UTC; the
> process runs since 2026-11-25 16:01:44.029 +0000 UTC, its executable changed at 2026-11-25 16:01:44.61 +0000 UTC. A program that looks for a cloud it does
> not run in does this: look for a setting that switches the lookup off. Before you restart it, take the evidence that the runbook names
> (\`ephemeral-port-exporter evidence DIR\`); then restart the unit, not the host.

The page, EphemeralPortExhaustionPredicted:

> The "tcp" range of network namespace "self" on 127.0.0.1:10071 is empty in 1m 39s (with the day's peak of load at 2026-11-25 16:04:00 +0000 UTC): 426 of
> 1200 ports are used, 774 left, 776 to the worst destination. The proven leak is "dns-filter" (unit "") with 468.13 ports a minute (most stuck ports last
> talked to 169.254.169.254:80: 368); the biggest owner is "dns-filter" with 424 ports, the fastest of the last half hour "dns-filter" with 504.00 ports a
> minute. Take the evidence, then restart that unit: it frees its ports at once, and the host need not be rebooted.
`;
