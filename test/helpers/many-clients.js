// Many clients in one network namespace, told what to do by JSON lines of stdin: `burst` asks `count` times at once, `slow` opens
// `count` connections that dribble, `left` tells after a while how many of these are still open.
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const SAMPLE = /^ephemeral_port_exporter_last_sample_timestamp_seconds (\S+)$/m;
const slow = { asking: [], reading: [] };
const kinds = { burst, slow: openSlow, left };

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  console.log(JSON.stringify(await kinds[order.kind](order)));
}
for (const { socket } of [...slow.asking, ...slow.reading]) socket.destroy();

async function burst({ url, count }) {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const answers = await Promise.all(Array.from({ length: count }, () => ask(url, agent)));
  agent.destroy();
  return {
    statuses: answers.map(({ status }) => status),
    samples: answers.map(({ body }) => SAMPLE.exec(body)?.[1] ?? ''),
    slowestMs: Math.max(...answers.map(({ ms }) => ms)),
  };
}

function ask(url, agent) {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body, ms: performance.now() - begin }));
    }).on('error', reject);
  });
}

/** One half asks for ever, the other takes its answer a byte at a time. */
async function openSlow({ port, count }) {
  for (let n = 0; n < count; n++) {
    const isReading = n % 2 === 1;
    const socket = connect({ port, host: '127.0.0.1' });
    const client = { socket, isOpen: true };
    socket
      .on('error', () => {})
      .on('close', () => {
        client.isOpen = false;
      });
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(
      isReading
        ? 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'
        : 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
    );
    (isReading ? slow.reading : slow.asking).push(client);
    if (isReading) socket.pause();
    const beat = setInterval(() => {
      if (isReading) socket.read(1);
      else if (client.isOpen) socket.write('x');
    }, 500);
    socket.once('close', () => clearInterval(beat));
  }
  return { open: [...slow.asking, ...slow.reading].filter(({ isOpen }) => isOpen).length };
}

async function left({ afterMs }) {
  await delay(afterMs);
  const count = (clients) => clients.filter(({ isOpen }) => isOpen).length;
  return { asking: count(slow.asking), reading: count(slow.reading) };
}
