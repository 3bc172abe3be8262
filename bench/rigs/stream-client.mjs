// Many paced streams at once: checks that every event of every stream comes once and in order, and how evenly they come.

import http from 'node:http';
import { quantile } from '../statistics.mjs';

const stallMs = 500;
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

/** `streams` at once, each of `events` events `everyMs` apart, begun evenly over one second. */
export async function runStreams({ url, body, streams, events, everyMs }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: streams });
  const json = JSON.stringify({ ...body, stream: true, bench: { events, everyMs } });
  const results = await Promise.all(
    Array.from({ length: streams }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * 1000) / streams));
      return follow({ url, json, agent });
    }),
  );
  agent.destroy();
  const gapsMs = results.flatMap((result) => result.gapsMs);
  const delaysMs = results.flatMap((result) => result.delaysMs);
  return {
    complete: results.filter(({ done, received, disordered }) => done && received === events && disordered === 0).length,
    events: results.reduce((sum, { received }) => sum + received, 0),
    disordered: results.reduce((sum, { disordered }) => sum + disordered, 0),
    gapP50Ms: quantile(gapsMs, 0.5),
    gapP99Ms: quantile(gapsMs, 0.99),
    gapMaxMs: quantile(gapsMs, 1),
    delayP50Ms: quantile(delaysMs, 0.5),
    delayP99Ms: quantile(delaysMs, 0.99),
    stalls: gapsMs.filter((gap) => gap > stallMs).length,
  };
}

function follow({ url, json, agent }) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json), authorization: 'Bearer sk-x' };
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      const reader = eventReader();
      response.setEncoding('latin1');
      response.on('data', reader.take);
      response.on('error', () => resolve(reader.result()));
      response.on('end', () => resolve(reader.result()));
    });
    request.on('error', reject);
    request.end(json);
  });
}

function eventReader() {
  const gapsMs = [];
  const delaysMs = [];
  let rest = '';
  let received = 0;
  let disordered = 0;
  let done = false;
  let previousUs;
  const take = (text) => {
    const arrivedUs = nowUs();
    const lines = (rest + text).split('\n\n');
    rest = lines.pop();
    for (const line of lines) {
      done ||= line === 'data: [DONE]';
      const match = /"content":"(\d+)@(\d+);"/.exec(line);
      if (match === null) continue;
      if (Number(match[1]) !== received) disordered += 1;
      received += 1;
      delaysMs.push((arrivedUs - Number(match[2])) / 1000);
      if (previousUs !== undefined) gapsMs.push((arrivedUs - previousUs) / 1000);
      previousUs = arrivedUs;
    }
  };
  return { take, result: () => ({ gapsMs, delaysMs, received, disordered, done }) };
}
