/**
 * Recordings the panels prefer; every use has a raw fallback, so a Prometheus without the rules shows the same panels.
 * `pace` in ports per second by owner and evidence, `exhaustion` in seconds by pool, `floor` in ports by owner and state.
 */
export const RECORDED = {
  pace: 'process:ephemeral_port_leak:rate',
  exhaustion: 'instance:ephemeral_port_exhaustion:seconds',
  floor: 'process:ephemeral_port_ports:min1d',
} as const;
