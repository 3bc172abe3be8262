// HTTP/1.1 over a bare socket, one request at a time: a client cheap enough not to be what is measured.

import net from 'node:net';
import { content } from './answer.mjs';

const expected = Buffer.from(content);
const headEnd = Buffer.from('\r\n\r\n');

/** The bytes of one POST with a JSON body. */
export function requestBytes(url, body) {
  const { host, pathname } = new URL(url);
  const json = JSON.stringify(body);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer sk-x\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
}

/** Connects. Each `send` is followed by one `onAnswer(whether the answer was the expected one)`; a closed connection is a wrong answer. */
export function openConnection(url, bytes, onAnswer) {
  const { hostname, port } = new URL(url);
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const end = answerEnd(pending);
    if (end === undefined) return;
    const good = pending.toString('latin1', 9, 12) === '200' && pending.includes(expected) && pending.length === end;
    pending = Buffer.alloc(0);
    onAnswer(good);
  });
  let closing = false;
  socket.on('error', () => undefined); // followed by close
  socket.on('close', () => closing || onAnswer(false));
  return {
    connected: new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject)),
    send: () => (socket.destroyed ? onAnswer(false) : void socket.write(bytes)),
    close: () => {
      closing = true;
      socket.destroy();
    },
  };
}

/** Where the answer ends in `bytes`, or undefined while it has not. */
function answerEnd(bytes) {
  const at = bytes.indexOf(headEnd);
  if (at === -1) return undefined;
  const head = bytes.toString('latin1', 0, at).toLowerCase();
  const length = head.indexOf('\r\ncontent-length:');
  if (length !== -1) {
    const end = at + 4 + Number.parseInt(head.slice(length + 17), 10);
    return bytes.length >= end ? end : undefined;
  }
  const last = bytes.indexOf('\r\n0\r\n\r\n', at, 'latin1');
  return last === -1 ? undefined : last + 7;
}
