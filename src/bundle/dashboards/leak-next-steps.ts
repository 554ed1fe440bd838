/** Markdown of the last open panel; Grafana replaces the variables. */
export const LEAK_NEXT_STEPS: string = `
**If it leaks: 1. Keep the evidence of $process on $instance.** Save the exporter's own account of it (it uses no port):
\`ephemeral-port-exporter inspect\`. On Windows also \`Get-NetTCPConnection -State Bound | Group-Object OwningProcess\`; on Linux
\`ss -tanpB\`. A memory dump now is worth more than ten after the restart.

**2. Free the ports without a reboot.** Restart only the service: \`systemctl restart $unit\` or, on Windows,
\`Restart-Service $unit\`. All its ports are
free at once. A wider range only buys time, a reboot also hides who it was.

**3. Prove it.** Stuck ports drop to 0 at the blue mark, and *Pace over time* stays at 0 for half a day. If the ramp starts again
with the process: roll back the change at the purple mark, or hand its maker this page and the address under *Last talked to*.
`.trim();
