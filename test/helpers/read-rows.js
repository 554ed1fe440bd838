// Reads the namespace it runs in once per line of stdin, with the built reader and the flags given, and prints the sample as one JSON line.
// Plain JavaScript over dist, for it runs as a program of its own: `ip netns exec NAME node test/helpers/read-rows.js`.
import { createInterface } from 'node:readline';
import { parseFlags } from '../../dist/cli/parse-flags.js';
import { processIo } from '../../dist/cli/process-io.js';
import { formatEndpoint } from '../../dist/model/address.js';
import { REASON_OF_OWNER_CODE } from '../../dist/model/owner-code.js';
import { PROTOCOLS } from '../../dist/model/protocol.js';
import { SOCKET_STATE } from '../../dist/model/socket-state.js';
import { createSource } from '../../dist/platform/select.js';

const stateNames = Object.keys(SOCKET_STATE);
const { settings } = parseFlags(process.argv.slice(2), processIo());
const warnings = [];
const source = createSource(settings, { processNames: [], owners: [] }, (message) => warnings.push(message));

for await (const _ of createInterface({ input: process.stdin })) {
  const sample = await source.read(AbortSignal.timeout(10_000));
  const { namespaces, sockets, processes } = sample;
  const rows = Array.from({ length: sockets.length }, (_, row) => {
    const owner = sockets.process[row];
    return {
      netns: namespaces[sockets.netns[row]].name,
      protocol: PROTOCOLS[sockets.protocol[row]],
      family: sockets.family[row],
      state: stateNames[sockets.state[row] - 1],
      port: sockets.localPort[row],
      local: formatEndpoint(sockets.local, row * 4, sockets.localPort[row]),
      remote: formatEndpoint(sockets.remote, row * 4, sockets.remotePort[row]),
      cookie: `${sockets.cookieHigh[row]}:${sockets.cookieLow[row]}`,
      owner: owner < 0 ? REASON_OF_OWNER_CODE[-owner - 1] : processes[owner].pid,
    };
  });
  console.log(JSON.stringify({ ...sample, sockets: undefined, rows, warnings }));
}
await source.close();
