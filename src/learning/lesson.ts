// What is learned from one piece of feedback, and where it holds: words that every table of the experience understands.

/** Where something was observed. Everything learned is kept apart by tenant. */
export interface Place {
  readonly tenant: string;
  /** '' where nobody said who asks. */
  readonly user: string;
  readonly category: string;
  /** The embedding of the prompt, where one was made. */
  readonly embedding?: Float32Array | undefined;
}

/** How one model did, 0 (bad) to 1 (good); a weight below 1 says that the evidence is indirect. */
export interface Reward {
  readonly kind: 'reward';
  readonly place: Place;
  readonly model: string;
  readonly reward: number;
  readonly weight: number;
}

/** One model preferred over another for the same question. */
export interface Preference {
  readonly kind: 'preference';
  readonly place: Place;
  readonly winner: string;
  readonly loser: string;
  readonly tie: boolean;
  readonly weight: number;
}

export type Lesson = Reward | Preference;

/** A part of the experience: it learns, and can be written down entry by entry and read back. */
export interface Table {
  readonly name: string;
  readonly learn?: (lesson: Lesson) => void;
  readonly entries: () => Iterable<readonly [string, unknown]>;
  /** False where the value is not one of this table's. */
  readonly restore: (key: string, value: unknown) => boolean;
}

/** A key of parts that cannot run into each other. */
export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
