// One request of the soak: whole, streamed or given up on the way, and what is wrong with its answer.

import http from 'node:http';

/** Statuses that a router may answer with while its upstreams fail. */
const statuses = new Set([200, 429, 502, 503, 504]);
const limitMs = 20_000;

/** A client with connections of its own; `draw` gives numbers in 0..1. */
export function openClient(url, draw) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  let id = 0;
  const once = () => {
    id += 1;
    return exchange({ url, agent, id, stream: draw() < 0.5, giveUpAfterMs: draw() < 0.2 ? draw() * 60 : undefined });
  };
  return { once, sent: () => id, close: () => agent.destroy() };
}

/** Resolves with { status, ended, faults }; never rejects. */
function exchange({ url, agent, id, stream, giveUpAfterMs }) {
  const body = JSON.stringify({
    model: 'router',
    stream,
    messages: [{ role: 'user', content: `Please explain entry id=${id} step by step.` }],
  });
  return new Promise((resolve) => {
    let timers = [];
    const finish = (result) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ faults: [], ...result });
    };
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = http.request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece) => (text += piece));
      response.on('error', () => finish({ status: response.statusCode, ended: 'gave-up' }));
      response.on('end', () =>
        finish({ status: response.statusCode, ended: 'answered', faults: faultsOf({ status: response.statusCode, text, stream, id }) }),
      );
    });
    let gaveUp = false;
    request.on('error', (error) => finish(gaveUp ? { ended: 'gave-up' } : { ended: 'broken', faults: [`id ${id}: ${error.message}`] }));
    const giveUp = () => {
      gaveUp = true;
      request.destroy();
      finish({ ended: 'gave-up' });
    };
    const hang = () => {
      request.destroy();
      finish({ ended: 'hung', faults: [`id ${id}: no end after ${limitMs} ms`] });
    };
    timers = [setTimeout(hang, limitMs), ...(giveUpAfterMs === undefined ? [] : [setTimeout(giveUp, giveUpAfterMs)])];
    request.end(body);
  });
}

function faultsOf(answer) {
  try {
    return judge(answer);
  } catch (error) {
    return [`id ${answer.id}: an answer that cannot be read: ${error.message}`];
  }
}

function judge({ status, text, stream, id }) {
  if (!statuses.has(status)) return [`id ${id}: status ${status}`];
  if (status !== 200) return isError(text) ? [] : [`id ${id}: status ${status} without an error body`];
  if (!stream)
    return contentIs(JSON.parse(text).choices[0].message.content, id) ? [] : [`id ${id}: the answer of another request, or half of one`];
  const events = text.split('\n\n').filter((event) => event.startsWith('data: '));
  const done = events.at(-1) === 'data: [DONE]';
  const chunks = events.filter((event) => event !== 'data: [DONE]').map((event) => JSON.parse(event.slice(6)));
  const whole = contentIs(chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join(''), id);
  if (done) return whole ? [] : [`id ${id}: [DONE] after an incomplete stream`];
  return chunks.at(-1)?.error === undefined ? [`id ${id}: a stream that ended without [DONE] and without an error`] : [];
}

const contentIs = (content, id) => content.includes(`id=${id};`) && content.endsWith('the end');

function isError(text) {
  try {
    return typeof JSON.parse(text).error.message === 'string';
  } catch {
    return false;
  }
}
