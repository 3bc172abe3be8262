// Asking a classifier so that its failure is an answer too, timed and reported.

import { RouterError } from '../errors.js';
import type { Classifier, Probabilities } from './classifier.js';

export interface ClassifierHooks {
  /** After every call, failed ones included. */
  readonly onClassified?: ((latencyMs: number) => void) | undefined;
  /** After a failed one. */
  readonly onError?: ((cause: unknown) => void) | undefined;
}

export interface Question {
  readonly text: string;
  readonly signal: AbortSignal;
}

/** Undefined where the classifier failed; rejects only where `signal` aborts. */
export async function ask(classifier: Classifier, { text, signal }: Question, hooks: ClassifierHooks): Promise<Probabilities | undefined> {
  const began = performance.now();
  try {
    const probabilities = await classifier.classify(text, signal);
    return checked(classifier, probabilities);
  } catch (cause) {
    if (signal.aborted) throw gone(signal);
    hooks.onError?.(cause);
    return undefined;
  } finally {
    hooks.onClassified?.(performance.now() - began);
  }
}

/** Leaves room for the rounding of 32-bit softmax. */
const tolerance = 1e-3;

function checked({ name }: Classifier, probabilities: Probabilities): Probabilities {
  const wrong = Object.entries(probabilities).find(([, value]) => !(value >= -tolerance && value <= 1 + tolerance));
  if (wrong === undefined) return probabilities;
  throw new RouterError('INTERNAL', { at: `classifier ${name}`, expected: 'probabilities from 0 to 1', received: wrong.join(' ') });
}

function gone({ reason }: AbortSignal): RouterError {
  return reason instanceof RouterError ? reason : new RouterError('CLIENT_GONE', { cause: reason });
}
