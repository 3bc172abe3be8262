// Keys and tokens of well-known services, by the prefixes their owners publish for scanners, and values that are assigned to a password.

import type { PiiSpan } from './pii-span.js';

interface SecretForm {
  readonly prefix: string;
  /** Signs behind the prefix. */
  readonly fewest: number;
  readonly most: number;
  readonly signs: RegExp;
}

const token = /[A-Za-z0-9_-]/;
const alphanumeric = /[A-Za-z0-9]/;
const upper = /[A-Z0-9]/;
const hexadecimal = /[0-9a-f]/;
const dotted = /[A-Za-z0-9_.-]/;

/** Prefix, fewest and most signs behind it, and what they may be. */
const rows: readonly (readonly [string, number, number, RegExp])[] = [
  ['sk-ant-', 20, 200, token],
  ['sk-proj-', 20, 250, token],
  ['sk-or-', 20, 120, token],
  ['sk-', 20, 200, token],
  ['sk_live_', 16, 250, alphanumeric],
  ['sk_test_', 16, 250, alphanumeric],
  ['rk_live_', 16, 250, alphanumeric],
  ['pk_live_', 16, 250, alphanumeric],
  ['whsec_', 24, 120, /[A-Za-z0-9+/=]/],
  ['ghp_', 36, 255, alphanumeric],
  ['gho_', 36, 255, alphanumeric],
  ['ghu_', 36, 255, alphanumeric],
  ['ghs_', 36, 255, alphanumeric],
  ['ghr_', 36, 255, alphanumeric],
  ['github_pat_', 22, 255, /\w/],
  ['glpat-', 20, 64, token],
  ['xoxb-', 10, 255, token],
  ['xoxp-', 10, 255, token],
  ['xoxa-', 10, 255, token],
  ['xoxr-', 10, 255, token],
  ['xoxs-', 10, 255, token],
  ['xapp-', 10, 255, token],
  ['AKIA', 16, 16, upper],
  ['ASIA', 16, 16, upper],
  ['AIza', 35, 35, token],
  ['ya29.', 20, 255, token],
  ['SG.', 40, 90, dotted],
  ['npm_', 36, 36, alphanumeric],
  ['pypi-', 40, 255, token],
  ['hf_', 30, 60, alphanumeric],
  ['dop_v1_', 64, 64, hexadecimal],
  ['shpat_', 32, 32, /[0-9a-fA-F]/],
  ['shpss_', 32, 32, /[0-9a-fA-F]/],
  ['gsk_', 40, 80, alphanumeric],
  ['xai-', 40, 120, alphanumeric],
  ['r8_', 30, 50, alphanumeric],
  ['hvs.', 20, 200, token],
  ['lin_api_', 30, 60, alphanumeric],
  ['dckr_pat_', 20, 60, token],
  ['sq0atp-', 20, 60, token],
  ['PMAK-', 40, 80, token],
  ['AGE-SECRET-KEY-1', 50, 70, upper],
];
const forms: readonly SecretForm[] = rows.map(([prefix, fewest, most, signs]) => ({ prefix, fewest, most, signs }));
const formsBySign = new Map<string, readonly SecretForm[]>(
  [...new Set(forms.map((form) => form.prefix.charAt(0)))].map((sign) => [sign, forms.filter((form) => form.prefix.startsWith(sign))]),
);

/** Words that stand where a secret should, and mean none. */
const placeholder =
  /^(?:x{4,}|\*+|\.+|<.*|\$\{?.*|\{\{.*|your[-_ ].*|change-?me.*|example.*|placeholder.*|none|null|true|false|undefined|string|process\.env.*|os\.environ.*|getenv.*)$/i;

function secret(start: number, end: number, confidence: number): PiiSpan {
  return { start, end, type: 'SECRET', confidence, validated: confidence >= 0.9 };
}

/** A key whose prefix stands at `at`, the begin of a word. */
export function secretAt(text: string, at: number): PiiSpan | undefined {
  const sign = text.charAt(at);
  if (sign === 'e' && text.startsWith('eyJ', at)) return jsonWebToken(text, at);
  for (const form of formsBySign.get(sign) ?? []) {
    if (!text.startsWith(form.prefix, at)) continue;
    const from = at + form.prefix.length;
    let end = from;
    while (end < text.length && end - from <= form.most && form.signs.test(text.charAt(end))) end += 1;
    const body = text.slice(from, end);
    const varied = /\d/.test(body) || /[a-z][A-Z]|[A-Z]{8}/.test(body);
    if (body.length >= form.fewest && body.length <= form.most && varied) return secret(at, end, 0.97);
  }
  return undefined;
}

const longestToken = 4096;

/** Three base64url parts, the first of which begins a JSON object (RFC 7519). */
function jsonWebToken(text: string, at: number): PiiSpan | undefined {
  let end = at;
  while (end < text.length && end - at < longestToken && dotted.test(text.charAt(end))) end += 1;
  const parts = text
    .slice(at, end)
    .replace(/[.-]+$/u, '')
    .split('.');
  if (parts.length < 3 || parts.slice(0, 2).some((part) => part.length < 8)) return undefined;
  return secret(at, at + parts.slice(0, 3).join('.').length, 0.95);
}

const pemBegin = /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/y;
const pemEnd = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
const longestKey = 16_384;

/** A private key in PEM armour at `at`; without its end, all that follows within reach. */
export function privateKeyAt(text: string, at: number): PiiSpan | undefined {
  pemBegin.lastIndex = at;
  const begin = pemBegin.exec(text)?.[0];
  if (begin === undefined) return undefined;
  const rest = text.slice(at, at + longestKey);
  pemEnd.lastIndex = begin.length;
  const closing = pemEnd.exec(rest);
  return secret(at, at + (closing === null ? rest.length : closing.index + closing[0].length), 0.99);
}

const naming =
  /(?:password|passwd|passphrase|(?<!\p{L})(?:pass|pwd|secret|token)|secret[_-]?key|client[_-]?secret|api[_-]?key|apikey|access[_-]?key|auth[_-]?token|access[_-]?token|account[_-]?key|passwort|kennwort|mot de passe|contrase[ñn]a|wachtwoord|senha|l[öo]senord|has[łl]o|[şs]ifre)["']?$/iu;
const value = /["']?\s{0,2}([^\s"',;<>(){}[\]]{6,200})/uy;

/** The value behind a `:` or `=` at `at`, where the word before says that it is a secret. */
export function assignedSecret(text: string, at: number): PiiSpan | undefined {
  if (!naming.test(text.slice(Math.max(0, at - 32), at).trimEnd())) return undefined;
  let from = at + 1;
  while (from - at < 4 && /[=\s>]/.test(text.charAt(from))) from += 1;
  value.lastIndex = from;
  const held = value.exec(text);
  const body = held?.[1]?.replace(/[.!?]+$/u, '');
  if (held === null || body === undefined || body.length < 6 || placeholder.test(body)) return undefined;
  const mixed = [/\d/, /[a-z]/, /[A-Z]/, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(body)).length;
  if (mixed < 2) return undefined;
  const start = from + held[0].length - (held[1]?.length ?? 0);
  return secret(start, start + body.length, mixed >= 3 ? 0.85 : 0.6);
}

/** The token behind `Bearer ` at `at`. */
export function bearerAt(text: string, at: number): PiiSpan | undefined {
  const bearer = /bearer [A-Za-z0-9_.~+/-]{16,2048}=*/iuy;
  bearer.lastIndex = at;
  const held = bearer.exec(text)?.[0];
  if (held === undefined || !/\d/.test(held)) return undefined;
  return secret(at + 7, at + held.length, 0.9);
}
