// An instant upstream: one fixed JSON answer, a short stream, or a paced stream whose events carry their number and send time.

import http from 'node:http';
import { content } from './answer.mjs';

const port = Number(process.argv[2]);
const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'fake',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 9, total_tokens: 19 },
  }),
);
const event = (delta, finish = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const shortStream = `${event({ role: 'assistant', content: '' })}${event({ content })}${event({}, 'stop')}data: [DONE]\n\n`;

const server = http.createServer((request, response) => {
  if (request.method === 'GET') return response.end('ready');
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      return response.end(answer);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const paced = /"bench":\{"events":(\d+),"everyMs":(\d+)\}/.exec(body.toString());
    if (paced === null) return response.end(shortStream);
    pace(response, Number(paced[1]), Number(paced[2]));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(port, '127.0.0.1');

function pace(response, events, everyMs) {
  let sequence = 0;
  const timer = setInterval(() => {
    if (sequence < events) {
      response.write(event({ content: `${sequence}@${process.hrtime.bigint() / 1000n};` }));
      sequence += 1;
      return;
    }
    clearInterval(timer);
    response.end(`${event({}, 'stop')}data: [DONE]\n\n`);
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}
