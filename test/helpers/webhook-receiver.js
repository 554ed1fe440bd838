// Writes each notification it is sent, and its path, as one line to standard output. Usage: node webhook-receiver.js PORT
import { createServer } from 'node:http';

createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    process.stdout.write(`${JSON.stringify({ path: request.url, ...JSON.parse(body) })}\n`);
    response.end();
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
