// What selectors need to be asked anything: candidates, a question, an experience.

import { createExperience, type Experience } from '../../src/learning/experience.js';
import type { Place } from '../../src/learning/lesson.js';
import type { Choosable, Question, SelectionContext } from '../../src/selectors/selector.js';

export const place: Place = { tenant: 'local', user: 'ann', category: 'math' };

export function candidate(name: string, model: Partial<Choosable['model']> = {}): Choosable {
  return { model: { name, ...model } };
}

export function candidates(...names: readonly string[]): readonly Choosable[] {
  return names.map((name) => candidate(name));
}

export function question(changes: Partial<Question> = {}): Question {
  return {
    requestId: 'request-1',
    place,
    agenticScore: 0,
    inputTokens: 1000,
    maxOutputTokens: undefined,
    reviewable: true,
    warm: undefined,
    ...changes,
  };
}

export function selection(changes: Partial<Question> = {}, experience: Experience = createExperience()): SelectionContext {
  return { question: question(changes), experience };
}

/** Names in the order of a ranking. */
export function names(ranked: readonly { readonly candidate: Choosable }[]): readonly string[] {
  return ranked.map((one) => one.candidate.model.name);
}
