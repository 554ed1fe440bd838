/** Label sets that vectors are matched on. */
export const HOST = 'job, instance';
export const POOL = 'job, instance, protocol, netns';
export const OWNER = 'job, instance, netns, process, unit';
export const TCP_OWNER = 'job, instance, protocol, netns, process, unit';

/** Leaves out `(other)`, `(unknown)` and `(kernel)`: real names never begin with a parenthesis. */
export const NAMED = 'process!~"[(].*"';

/** Owners that the exporter's configuration declares harmless. */
export const UNLESS_MUTED: string = `unless on (${OWNER}) ephemeral_port_process_muted`;

/** One line: expressions are written over several for reading. */
export function promql(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
