// Runs under node.exe: opens sockets, reads the host twice through the Windows source, and prints what it opened and what was
// read as JSON. Arguments: file to print to, choice of the source, library of the bound tables.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createWindowsSource } from '../dist/platform/windows/windows-source.js';

const [output, choice, boundLibrary] = process.argv.slice(2);
const CLIENTS = 20;

const server = createServer((socket) => socket.on('data', (bytes) => socket.write(bytes)).on('error', () => {}));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const clients = [];
for (let index = 0; index < CLIENTS; index++) {
  const client = connect(server.address().port, '127.0.0.1');
  await once(client, 'connect');
  client.write('x');
  await once(client, 'data');
  clients.push(client);
}
const udp = createSocket('udp4');
udp.bind(0, '127.0.0.1');
await once(udp, 'listening');

const pieces = ['range', 'tcp', 'bound', 'udp', 'owners', 'probe', 'namespaces', 'trace', 'events'];
const notices = [];
const source = createWindowsSource({
  settings: {
    collectors: Object.fromEntries(pieces.map((piece) => [piece, true])),
    listenAddresses: [':50010'],
    windowsAudit: 'auto',
  },
  config: { processNames: [], owners: [] },
  warn: (line) => notices.push(line),
  choice,
  boundLibrary,
});
const samples = [];
let error = null;
try {
  for (let reading = 0; reading < 2; reading++) {
    const sample = await source.read(AbortSignal.timeout(60_000));
    const columns = Object.entries(sample.sockets).map(([name, column]) => [
      name,
      typeof column === 'number' ? column : [...column],
    ]);
    samples.push({ ...sample, sockets: Object.fromEntries(columns) });
  }
} catch (thrown) {
  error = { code: thrown.code, message: thrown.message };
}
await source.close();
writeFileSync(
  output,
  JSON.stringify({
    pid: process.pid,
    serverPort: server.address().port,
    clientPorts: clients.map((client) => client.localPort),
    udpPort: udp.address().port,
    notices,
    samples,
    error,
  }),
);
process.exit(0);
