// A tiny server on loopback that speaks OpenAI chat completions for the demo models.

import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { isObject, type JsonObject, type JsonValue } from '../chat/json.js';
import { type DemoAnswer, type DemoRouting, demoAnswer, demoModels } from './demo-answer.js';

export interface DemoServer {
  /** The address of the API, version included. */
  readonly baseUrl: string;
  readonly close: () => Promise<void>;
}

/** Listens on a free port. `wordDelayMs` is the pause between the words of a stream; 0: all at once. */
export async function startDemoServer(wordDelayMs: number): Promise<DemoServer> {
  const server = createServer((request, response) => {
    serve(request, response, wordDelayMs).catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new TypeError('The demo server has no port.'));
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, wordDelayMs: number): Promise<void> {
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    return refuse(response, 404, 'The demo serves /v1/chat/completions only.');
  const body = parse(await readText(request));
  if (!isObject(body)) return refuse(response, 400, 'The body is not a JSON object.');
  const model = demoModels.find((name) => name === body.model);
  if (model === undefined) return refuse(response, 404, `The demo models are ${demoModels.join(', ')}.`);
  const answer = demoAnswer(model, body, routingOf(request.headers));
  const head = {
    id: `chatcmpl-demo-${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)}`,
    created: Math.floor(Date.now() / 1000),
    model,
  };
  if (body.stream === true) return stream(response, { answer, head, usage: wantsUsage(body), wordDelayMs });
  writeJson(response, 200, { ...head, object: 'chat.completion', choices: [wholeChoice(answer)], usage: { ...answer.usage } });
}

function routingOf(headers: IncomingHttpHeaders): DemoRouting {
  const one = (name: string): string | undefined => [headers[`x-signalbox-${name}`]].flat()[0];
  return { decision: one('decision'), tier: one('tier'), confidence: one('confidence'), reason: one('reason') };
}

function wantsUsage({ stream_options: options }: JsonObject): boolean {
  return isObject(options) && options.include_usage === true;
}

function wholeChoice({ words, finish }: DemoAnswer): JsonObject {
  return { index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: finish };
}

interface Streaming {
  readonly answer: DemoAnswer;
  readonly head: JsonObject;
  readonly usage: boolean;
  readonly wordDelayMs: number;
}

async function stream(response: ServerResponse, { answer, head, usage, wordDelayMs }: Streaming): Promise<void> {
  const event = (rest: JsonObject): string => `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...rest })}\n\n`;
  const choice = (delta: JsonObject, finish: string | null): string => event({ choices: [{ index: 0, delta, finish_reason: finish }] });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let waiting = choice({ role: 'assistant', content: '' }, null);
  for (const word of answer.words) {
    waiting += choice({ content: word }, null);
    if (wordDelayMs === 0) continue;
    if (response.destroyed) return;
    response.write(waiting);
    waiting = '';
    await delay(wordDelayMs);
  }
  waiting += choice({}, answer.finish);
  if (usage) waiting += event({ choices: [], usage: { ...answer.usage } });
  response.end(`${waiting}data: [DONE]\n\n`);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  writeJson(response, status, { error: { message, type: 'invalid_request_error', code: null, param: null } });
}

function writeJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function parse(body: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(body);
    return value;
  } catch {
    return undefined;
  }
}
