// Asks one HTTP question per JSON line of stdin, from the network namespace it runs in, and prints each answer as a JSON line:
// `{ url, headers?, socketPath?, tls?: { ca, cert, key } }` becomes `{ status, body, ms, serial? }`; status 0
// where none came. `serial` is that of the server's certificate.
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await ask(JSON.parse(line))));
}

function ask({ url, headers = {}, socketPath, tls = {} }) {
  const begin = performance.now();
  let serial;
  const answer = (status, body) => ({ status, body, ms: performance.now() - begin, serial });
  return new Promise((resolve) => {
    const options = { headers, agent: false, timeout: 10_000, ...tls, ...(socketPath && { socketPath }) };
    const question = (url.startsWith('https:') ? secure : plain)(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', (error) => resolve(answer(0, error.message)));
      response.on('end', () => resolve(answer(response.statusCode, body)));
    });
    question.on('socket', (socket) => {
      socket.on('secureConnect', () => {
        serial = socket.getPeerX509Certificate()?.serialNumber;
      });
    });
    question.on('timeout', () => question.destroy(new Error('no answer in time')));
    question.on('error', (error) => resolve(answer(0, error.message)));
    question.end();
  });
}
