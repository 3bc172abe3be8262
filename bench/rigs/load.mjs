// The client side of the proxy bench, in its own process: takes one task at a time over IPC and answers with what it saw.

import { quantile } from '../statistics.mjs';
import { openConnection, requestBytes } from './raw-client.mjs';
import { runStreams } from './stream-client.mjs';

const tasks = { rate: runRate, turns: runTurns, streams: runStreams };

process.on('message', async ({ task }) => {
  if (task === undefined) return;
  try {
    process.send({ task: task.name, result: await tasks[task.name](task) });
  } catch (error) {
    process.send({ task: task.name, error: error.stack });
  }
});
process.send({ listening: true });
process.channel.ref(); // the probe lets go of it; this process lives for its tasks

/** `concurrency` connections, each with one request in flight, for `seconds`. */
async function runRate({ url, body, concurrency, seconds }) {
  const bytes = requestBytes(url, body);
  const latenciesUs = [];
  let bad = 0;
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      let sentAt = 0;
      let finish;
      const finished = new Promise((resolve) => (finish = resolve));
      const connection = openConnection(url, bytes, (good) => {
        const now = performance.now();
        latenciesUs.push((now - sentAt) * 1000);
        if (!good) bad += 1;
        if (now >= endAt || !good) return finish();
        sentAt = now;
        connection.send();
      });
      await connection.connected;
      sentAt = performance.now();
      connection.send();
      await finished;
      connection.close();
    }),
  );
  const tookSeconds = (performance.now() - startedAt) / 1000;
  const requests = latenciesUs.length;
  return { requests, bad, rps: requests / tookSeconds, p50Us: quantile(latenciesUs, 0.5), p99Us: quantile(latenciesUs, 0.99) };
}

/** One request to each arm in turn, `turns` times: what a gateway adds is seen against the same moments. */
async function runTurns({ urls, body, turns, warmUp }) {
  const arms = urls.map((url) => openArm(url, requestBytes(url, body)));
  await Promise.all(arms.map(({ connected }) => connected));
  for (let turn = -warmUp; turn < turns; turn++) {
    for (const arm of arms) await arm.once(turn >= 0);
  }
  for (const arm of arms) arm.close();
  return arms.map(({ bad, latenciesUs }) => ({
    bad: bad(),
    p50Us: quantile(latenciesUs, 0.5),
    p90Us: quantile(latenciesUs, 0.9),
    p99Us: quantile(latenciesUs, 0.99),
  }));
}

function openArm(url, bytes) {
  const latenciesUs = [];
  let bad = 0;
  let answered = () => undefined;
  const { connected, send, close } = openConnection(url, bytes, (good) => {
    if (!good) bad += 1;
    answered();
  });
  const once = async (counts) => {
    const answer = new Promise((resolve) => (answered = resolve));
    const sentAt = performance.now();
    send();
    await answer;
    if (counts) latenciesUs.push((performance.now() - sentAt) * 1000);
  };
  return { connected, close, once, latenciesUs, bad: () => bad };
}
