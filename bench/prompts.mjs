// Deterministic prompts of a given size: the same bytes on every machine and in every run.

const plain = 'Explain how a distributed database keeps replicas consistent when the network splits, and then implement it step by step. ';

/** A long conversation-like text: prose, code and lists, so that no part of a scanner is spared. */
const mixed = [
  plain,
  'The committee met on Tuesday to talk about the harvest, the weather and the price of bread in the valley.\n',
  'function merge(left, right) { return left.length === 0 ? right : [left[0], ...merge(left.slice(1), right)]; }\n',
  '1. First read the report. 2. Then list every constraint that must not be violated. 3. Finally give the answer as a table.\n',
  'Prove that the algorithm terminates; what is its complexity, and why does the invariant hold after each step?\n',
].join('');

/** `bytes` of ASCII text. */
export const plainPrompt = (bytes) => plain.repeat(Math.ceil(bytes / plain.length)).slice(0, bytes);
export const mixedPrompt = (bytes) => mixed.repeat(Math.ceil(bytes / mixed.length)).slice(0, bytes);
