// An upstream that fails in every way, at random from a seed; a good answer says back the id it was asked with, then "the end".

import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from './seeded.mjs';

const port = Number(process.argv[2]);
const random = seeded(Number(process.argv[3] ?? 1));
let open = 0;
let served = 0;

/** Share of requests → what happens to them; the rest are answered well. */
const faults = [
  [0.03, (response) => json(response, 500, { error: { message: 'scripted 500', type: 'server_error' } })],
  [0.02, (response) => json(response, 429, { error: { message: 'scripted 429', type: 'rate_limit' } }, { 'retry-after': '0' })],
  [0.02, (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html><body>Bad gateway</body></html>')],
  [0.02, (response) => response.socket.resetAndDestroy()],
  [0.02, (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": nonsense')],
  [0.02, (response) => delay(300).then(() => response.socket?.destroy())],
];
const cutShare = 0.04;

const server = http.createServer((request, response) => {
  if (request.method === 'GET') return response.end(JSON.stringify({ open, served }));
  open += 1;
  served += 1;
  response.on('close', () => (open -= 1));
  response.on('error', () => undefined);
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('error', () => undefined);
  request.on('end', () => answer(response, JSON.parse(Buffer.concat(pieces).toString())));
});
server.keepAliveTimeout = 3_000;
server.listen(port, '127.0.0.1');

function answer(response, body) {
  let drawn = random();
  for (const [share, fail] of faults) {
    if (drawn < share) return void fail(response);
    drawn -= share;
  }
  const id = /id=(\d+)/.exec(body.messages.at(-1).content)?.[1] ?? 'none';
  const words = ['You', ' asked', ` with id=${id};`, ...' a word and another one more until this is'.split(/(?= )/), ' the', ' end'];
  if (body.stream === true) return void stream(response, words);
  const message = { role: 'assistant', content: words.join('') };
  const usage = { prompt_tokens: 10, completion_tokens: words.length, total_tokens: 10 + words.length };
  json(response, 200, {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  });
}

async function stream(response, words) {
  const cutAt = random() < cutShare ? Math.floor(random() * words.length) : undefined;
  const everyMs = random() * 10;
  const event = (delta, finish = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [index, content] of words.entries()) {
    if (response.destroyed) return;
    if (index === cutAt) return void response.socket?.destroy();
    event({ content });
    await delay(everyMs);
  }
  event({}, 'stop');
  response.end('data: [DONE]\n\n');
}

function json(response, status, value, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
