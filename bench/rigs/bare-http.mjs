// The floor for a gateway in Node: reads and parses the body, then passes everything through with node:http alone.

import http from 'node:http';

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1024 });

http
  .createServer((request, response) => {
    if (request.method === 'GET') return response.end('ready');
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => forward(request, response, Buffer.concat(pieces)));
  })
  .listen(port, '127.0.0.1');

function forward({ url, method }, response, body) {
  JSON.parse(body.toString());
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const call = http.request({ host: '127.0.0.1', port: upstreamPort, path: url, method, agent, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  call.on('error', () => response.writeHead(502).end());
  call.end(body);
}
