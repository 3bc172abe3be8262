// Facts for stages to run on: what stands before each stage, frozen to the bottom, so that a stage that changes its input fails.

import { scanJson } from '../../src/chat/json-scan.js';
import type { Prescan } from '../../src/native/index.js';
import type { Answer, Facts } from '../../src/pipeline/exchange.js';
import { startProgress } from '../../src/pipeline/progress.js';
import { openaiChat } from '../../src/protocols/openai-chat.js';
import { openaiCompatible } from '../../src/providers/openai.js';
import type { Target } from '../../src/providers/target.js';

export const target: Target = {
  model: { name: 'm1', provider: 'local', contextTokens: 8000, price: { input: 1, output: 2 }, capabilities: ['tools', 'json'] },
  provider: openaiCompatible.open({ type: 'openai-compatible', name: 'local', baseUrl: 'http://127.0.0.1:1/v1' }),
};

export const body = {
  model: 'router',
  messages: [
    { role: 'user', content: 'urgent, hello' },
    { role: 'user', content: 'urgent: hello' },
  ],
  temperature: 0.5,
};

/** A token a word, whatever the vocabulary. */
export const tokens = {
  countTokens: (text: string) => text.split(/\s+/).length,
  estimateTokens: (text: string) => text.split(/\s+/).length,
};

export function prescanOf(changes: Partial<Prescan> = {}): Prescan {
  return {
    tier: 'SIMPLE',
    score: -0.1,
    confidence: 0.9,
    ambiguous: false,
    agentic: false,
    estimatedTokens: 3,
    language: { language: 'en', confidence: 0.9 },
    keywords: [{ rule: 'name:urgent', confidence: 1 }],
    agenticTask: { detected: true, score: 0.8, taskType: 'coding', multiStep: false, evidence: ['code changes'] },
    get dimensions(): Prescan['dimensions'] {
      throw new Error('no stage reads dimensions');
    },
    ...changes,
  };
}

/** All facts of a request that was routed, as they stand before `dispatch`. */
export function sampleFacts(changes: Partial<Facts> = {}): Required<Facts> {
  const text = JSON.stringify(body);
  const scan = scanJson(text, { depth: 9, tokens: 99 });
  if ('limit' in scan) throw new Error('the sample is too big');
  const decoded = { value: body, text, spans: scan.spans };
  const request = openaiChat.parse(decoded);
  return {
    protocol: openaiChat,
    headers: { 'content-type': 'application/json' },
    body: text,
    signal: new AbortController().signal,
    progress: startProgress(),
    explain: false,
    ip: undefined,
    trace: { id: 'id-1' },
    caller: { tenant: 'local', user: undefined, groups: [], anonymous: false },
    decoded,
    request,
    outgoing: request,
    routing: { mode: 'auto', requested: 'alias', compute: true, serve: 'decision' },
    prompt: { user: 'urgent: hello', system: '', estimatedTokens: 4 },
    prescan: prescanOf(),
    jump: undefined,
    signals: [],
    decision: {
      decision: 'general',
      models: ['m1'],
      confidence: 1,
      tier: 'SIMPLE',
      by: 'rules',
      reason: 'because',
      rationale: 'rules',
      winner: 'general',
    },
    offered: { estimatedTokens: 4, scores: [] },
    session: undefined,
    candidates: [{ candidate: target, score: 1 }],
    rejected: [],
    question: {
      requestId: 'id-1',
      place: { tenant: 'local', user: '', category: 'general' },
      agenticScore: 0,
      inputTokens: 4,
      maxOutputTokens: undefined,
      reviewable: true,
      warm: undefined,
      conversation: 'c',
      turn: 't',
    },
    degradation: { policy: undefined, original: 'm1', chain: [{ candidate: target, score: 1 }], reserve: [], pressed: undefined },
    ...changes,
  };
}

/** The answer a `next` of a test gives. */
export function reportOf(facts: Facts): Answer {
  const result = {
    decision: 'x',
    model: 'm1',
    tier: null,
    confidence: 0,
    by: 'x',
    reason: '',
    fastPath: null,
    dimensions: {},
    signals: [],
    rules: [],
    candidates: [],
    timingsMs: {},
  };
  return { kind: 'report', facts, result };
}

/** Freezes plain data to the bottom; signals, maps and class instances are left as they are. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!plain) return value;
  Object.freeze(value);
  for (const key of Object.keys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined && 'value' in descriptor) deepFreeze(descriptor.value);
  }
  return value;
}
