// The vendors signalbox can serve from an environment variable alone: their OpenAI-compatible endpoint, an everyday model and a strong one.

import type { ModelOptions } from '../providers/target.js';

type VendorModel = Required<Pick<ModelOptions, 'name' | 'contextTokens' | 'price' | 'capabilities'>>;

export interface Vendor {
  /** The name of its provider entry. */
  readonly name: string;
  /** The first of these that is set holds the key. */
  readonly keys: readonly string[];
  readonly baseUrl: string;
  /** A variable that replaces `baseUrl`; set without a key, it means a server that needs none. */
  readonly baseUrlKey?: string;
  /** For most requests. */
  readonly general: VendorModel;
  /** For what the fast path finds hard. */
  readonly hard: VendorModel;
}

/** USD per million tokens, and context windows, are the vendors' list values of early 2026; a file overrides them all. */
export const vendors: readonly Vendor[] = [
  {
    name: 'openai',
    keys: ['OPENAI_API_KEY'],
    baseUrl: 'https://api.openai.com/v1',
    baseUrlKey: 'OPENAI_BASE_URL',
    general: model('gpt-4o-mini', 128_000, [0.15, 0.6], ['tools', 'vision', 'json']),
    hard: model('gpt-4.1', 1_047_576, [2, 8], ['tools', 'vision', 'json']),
  },
  {
    name: 'anthropic',
    keys: ['ANTHROPIC_API_KEY'],
    baseUrl: 'https://api.anthropic.com/v1',
    general: model('claude-haiku-4-5', 200_000, [1, 5], ['tools', 'vision', 'reasoning']),
    hard: model('claude-sonnet-4-5', 200_000, [3, 15], ['tools', 'vision', 'reasoning']),
  },
  {
    name: 'gemini',
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    general: model('gemini-2.5-flash', 1_048_576, [0.3, 2.5], ['tools', 'vision', 'json', 'reasoning']),
    hard: model('gemini-2.5-pro', 1_048_576, [1.25, 10], ['tools', 'vision', 'json', 'reasoning']),
  },
  {
    name: 'mistral',
    keys: ['MISTRAL_API_KEY'],
    baseUrl: 'https://api.mistral.ai/v1',
    general: model('mistral-small-latest', 128_000, [0.1, 0.3], ['tools', 'vision', 'json']),
    hard: model('mistral-medium-latest', 128_000, [0.4, 2], ['tools', 'vision', 'json']),
  },
  {
    name: 'groq',
    keys: ['GROQ_API_KEY'],
    baseUrl: 'https://api.groq.com/openai/v1',
    general: model('llama-3.1-8b-instant', 131_072, [0.05, 0.08], ['tools', 'json']),
    hard: model('llama-3.3-70b-versatile', 131_072, [0.59, 0.79], ['tools', 'json']),
  },
  {
    name: 'deepseek',
    keys: ['DEEPSEEK_API_KEY'],
    baseUrl: 'https://api.deepseek.com/v1',
    general: model('deepseek-chat', 128_000, [0.28, 0.42], ['tools', 'json']),
    hard: model('deepseek-reasoner', 128_000, [0.28, 0.42], ['json', 'reasoning']),
  },
  {
    name: 'openrouter',
    keys: ['OPENROUTER_API_KEY'],
    baseUrl: 'https://openrouter.ai/api/v1',
    general: model('openai/gpt-4o-mini', 128_000, [0.15, 0.6], ['tools', 'vision', 'json']),
    hard: model('anthropic/claude-sonnet-4.5', 200_000, [3, 15], ['tools', 'vision', 'reasoning']),
  },
  {
    name: 'xai',
    keys: ['XAI_API_KEY'],
    baseUrl: 'https://api.x.ai/v1',
    general: model('grok-3-mini', 131_072, [0.3, 0.5], ['tools', 'json', 'reasoning']),
    hard: model('grok-4', 256_000, [3, 15], ['tools', 'vision', 'json', 'reasoning']),
  },
  {
    name: 'together',
    keys: ['TOGETHER_API_KEY'],
    baseUrl: 'https://api.together.xyz/v1',
    general: model('meta-llama/Llama-3.3-70B-Instruct-Turbo', 131_072, [0.88, 0.88], ['tools', 'json']),
    hard: model('deepseek-ai/DeepSeek-R1', 163_840, [3, 7], ['reasoning']),
  },
];

function model(
  name: string,
  contextTokens: number,
  [input, output]: readonly [number, number],
  capabilities: VendorModel['capabilities'],
): VendorModel {
  return { name, contextTokens, price: { input, output }, capabilities };
}
