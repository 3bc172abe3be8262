// Addresses of the network: mail, web, IPv6. Each is read outwards from its sign (`@`, `://`, `www.`, `:`), with a bounded look.

import { isIPv6 } from 'node:net';
import { follows } from './pii-context.js';
import { continues } from './pii-runs.js';
import type { PiiSpan } from './pii-span.js';

/** RFC 5321, 4.5.3.1: longest local part and domain. */
const longestLocal = 64;
const longestDomain = 253;

const localSign = /[\p{L}\p{N}._%+'-]/u;
const domain = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{1,59})(?![\p{L}\p{N}_-])/uy;

/** Mailboxes that name nobody. */
const roles = /^(?:git|noreply|no-reply|donotreply|do-not-reply|postmaster|mailer-daemon)$/i;

/** The address of mail around the `@` at `at`. */
export function emailAround(text: string, at: number): PiiSpan | undefined {
  let start = at;
  while (start > 0 && at - start < longestLocal && localSign.test(text[start - 1] ?? '')) start -= 1;
  while (start < at && /[.'%-]/.test(text[start] ?? '')) start += 1;
  if (text[start - 1] === '\\' && /[nrt]/.test(text[start] ?? '')) start += 1;
  domain.lastIndex = at + 1;
  const host = domain.exec(text)?.[0];
  if (start === at || host === undefined || text[at - 1] === '.') return undefined;
  const nobodys = roles.test(text.slice(start, at));
  return { start, end: at + 1 + host.length, type: 'EMAIL_ADDRESS', confidence: nobodys ? 0.4 : 0.98, validated: true };
}

const schemes = /(?:https?|ftps?|sftp|wss?|ldaps?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|jdbc:[a-z]{2,12}|ssh|git|s3|smb)$/i;
const urlBody = /[^\s<>"'`{}|\\^\u3000-\u303f\uff00-\uffef]{1,2048}/uy;

/** Where a URL ends: sentence signs and closing brackets without their opening one do not belong to it. */
function urlEnd(text: string, from: number): number {
  urlBody.lastIndex = from;
  const body = urlBody.exec(text)?.[0] ?? '';
  const surplus = (close: string, open: string): number => body.split(close).length - body.split(open).length;
  const unopened = new Map([
    [')', surplus(')', '(')],
    [']', surplus(']', '[')],
  ]);
  let length = body.length;
  while (length > 0) {
    const last = body.charAt(length - 1);
    const open = unopened.get(last) ?? 0;
    if (open <= 0 && !'.,;:!?*_…»”’'.includes(last)) break;
    unopened.set(last, open - 1);
    length -= 1;
  }
  return from + length;
}

/** The URL around the `://` at `at`; one that carries a password is a secret. */
export function urlAround(text: string, at: number): PiiSpan | undefined {
  const scheme = schemes.exec(text.slice(Math.max(0, at - 24), at))?.[0];
  if (scheme === undefined || !/[\p{L}\p{N}[]/u.test(text[at + 3] ?? '')) return undefined;
  const end = urlEnd(text, at + 3);
  if (end <= at + 4) return undefined;
  const authority = text.slice(at + 3, Math.min(end, at + 3 + longestDomain)).split(/[/?#]/u, 1)[0] ?? '';
  const secret = /^[^:@]{0,128}:[^@]{1,128}@/u.test(authority);
  return { start: at - scheme.length, end, type: secret ? 'SECRET' : 'URL', confidence: 0.95, validated: true };
}

/** A host that begins with `www.` at `at`. */
export function wwwAt(text: string, at: number): PiiSpan | undefined {
  domain.lastIndex = at;
  const host = domain.exec(text)?.[0];
  if (host === undefined || host.split('.').length < 3) return undefined;
  return { start: at, end: Math.max(at + host.length, urlEnd(text, at)), type: 'URL', confidence: 0.9, validated: true };
}

/** Ends of names that files and code rarely have. */
const bareEnds =
  /\.(?:com|org|net|edu|gov|info|biz|eu|co\.uk|org\.uk|ac\.uk|com\.br|com\.tr|com\.au|co\.jp|co\.in|de|fr|nl|it|pl|se|pt|ch|at|be)$/iu;

/** A host without scheme at `at`, as in `example.com/path`. */
export function bareHostAt(text: string, at: number): PiiSpan | undefined {
  domain.lastIndex = at;
  const host = domain.exec(text)?.[0];
  if (host === undefined || !bareEnds.test(host) || text[at + host.length] === '@' || text[at + host.length] === '(') return undefined;
  const path = text[at + host.length] === '/';
  return { start: at, end: path ? urlEnd(text, at) : at + host.length, type: 'URL', confidence: path ? 0.85 : 0.65, validated: path };
}

const ipv6Body = /[0-9a-f:]{2,45}(?:\d{0,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})?/iuy;

/** An IPv6 address at `at`; what may as well be code, a time or a hardware address is none. */
export function ipv6At(text: string, at: number): PiiSpan | undefined {
  ipv6Body.lastIndex = at;
  const body = ipv6Body.exec(text)?.[0].replace(/(?<!:):$/u, '');
  if (body === undefined || !body.includes(':') || !isIPv6(body) || continues(text, at + body.length)) return undefined;
  const groups = body.split(':').filter((group) => group !== '');
  if (groups.length === 8 && groups.every((group) => group.length === 2)) return undefined;
  const sure = groups.length >= 4 || /^(?:2[0-9a-f]{3}|f[cde][0-9a-f]{2}):/iu.test(body);
  if (!sure && !(/\d/u.test(body) && follows(text, at, 'ip'))) return undefined;
  return { start: at, end: at + body.length, type: 'IP_ADDRESS', confidence: sure ? 0.95 : 0.7, validated: sure };
}
