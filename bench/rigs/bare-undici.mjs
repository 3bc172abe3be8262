// The same floor on node:http and undici's dispatcher: what the router's own transport is made of.

import http from 'node:http';
import { Pool } from 'undici';

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 1024, pipelining: 1 });

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
  const options = { path: url, method, body, headers: { 'content-type': 'application/json' }, bodyTimeout: 0, headersTimeout: 0 };
  pool.dispatch(options, {
    onRequestStart: () => undefined,
    onResponseStart: (_, status, headers) => response.writeHead(status, headers),
    onResponseData: (_, chunk) => void response.write(chunk),
    onResponseEnd: () => response.end(),
    onResponseError: () => response.headersSent || response.writeHead(502).end(),
  });
}
