// What the prescan found of agentic work, read from the numbers that the addon writes.

/** The kind of an agentic task. */
export type AgenticTaskType = (typeof agenticTaskTypes)[number];
export const agenticTaskTypes = ['coding', 'research', 'automation', 'general'] as const;

/** What may speak for agentic work, in the order of its bits. */
export type AgenticEvidence = (typeof agenticEvidence)[number];
export const agenticEvidence = [
  'tools',
  'file operations',
  'shell operations',
  'iteration',
  'planning',
  'code changes',
  'web',
  'research phrases',
  'automation phrases',
] as const;

export interface AgenticTask {
  /** The score is at least 0.4. */
  readonly detected: boolean;
  /** How sure it is that tools, files or a shell are to be worked with, 0..1. */
  readonly score: number;
  /** Says something only where it was detected. */
  readonly taskType: AgenticTaskType;
  readonly multiStep: boolean;
  readonly evidence: readonly AgenticEvidence[];
}

/** How many numbers there are. */
export const agenticTaskSize = 4;

/** Reads score, task type, flags and bits of evidence from `at` on. */
export function readAgenticTask(out: Float64Array, at: number): AgenticTask {
  const flags = out[at + 2] ?? 0;
  const bits = out[at + 3] ?? 0;
  return {
    detected: (flags & 1) !== 0,
    score: out[at] ?? 0,
    taskType: agenticTaskTypes[out[at + 1] ?? 3] ?? 'general',
    multiStep: (flags & 2) !== 0,
    evidence: agenticEvidence.filter((_, bit) => (bits & (1 << bit)) !== 0),
  };
}
