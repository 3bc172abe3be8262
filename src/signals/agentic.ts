// The agentic signal: whether a request asks for work with tools, files and shells, of which kind, and in how many steps.

import { z } from 'zod';
import { type AgenticTask, agenticTaskTypes } from '../native/index.js';
import { defineSignal, type SignalMatch } from './signal.js';

const options = z.strictObject({
  name: z.string().min(1).describe('The name rules use: { signal: agentic, name: … }.'),
  minScore: z.number().min(0).max(1).default(0.4).describe('The least score, 0 to 1; 0.4 is where detected begins.'),
  taskTypes: z
    .array(z.enum(agenticTaskTypes))
    .min(1)
    .optional()
    .describe('The kinds of tasks that count; by default all. The kind of a task below 0.4 is a guess.'),
  multiStep: z.boolean().optional().describe('Whether it must, or must not, have several steps.'),
});

type Entry = z.infer<typeof options>;

const levels = ['single-step', 'multi-step'] as const;

export const agentic = defineSignal({
  name: 'agentic',
  configKey: 'agentic',
  options,
  leafKeys: ['detected', 'category', 'level', 'name'],
  values: (entries, key) => {
    if (key === 'name') return entries.map(({ name }) => name);
    if (key === 'category') return agenticTaskTypes;
    return key === 'level' ? levels : undefined;
  },
  prescan: ['agentic'],
  read: ({ prescan: { agenticTask } }, entries) => (agenticTask === undefined ? [] : readTask(agenticTask, entries)),
});

function readTask(task: AgenticTask, entries: readonly Entry[]): readonly SignalMatch[] {
  const { score, detected, taskType, multiStep, evidence } = task;
  const match = (key: SignalMatch['key'], value: string): SignalMatch => ({
    signal: 'agentic',
    key,
    value,
    confidence: score,
    evidence: evidence.join(', '),
  });
  const named = entries.filter((entry) => satisfies(task, entry)).map(({ name }) => match('name', name));
  if (!detected) return named;
  return [match('detected', 'true'), match('category', taskType), match('level', multiStep ? 'multi-step' : 'single-step'), ...named];
}

function satisfies({ score, taskType, multiStep }: AgenticTask, entry: Entry): boolean {
  const kind = entry.taskTypes === undefined || entry.taskTypes.includes(taskType);
  return score >= entry.minScore && kind && (entry.multiStep === undefined || entry.multiStep === multiStep);
}
