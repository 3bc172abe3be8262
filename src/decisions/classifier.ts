// The one interface of classifiers that deciders use, whoever implements it: a mock, a trained head, an external service.

/** Probabilities by label; they need not add to 1 for multi-label classifiers. */
export type Probabilities = Readonly<Record<string, number>>;

export interface Classifier {
  readonly name: string;
  readonly labels: readonly string[];
  /** Rejects when the classifier cannot answer; the caller decides what that means. */
  readonly classify: (text: string, signal: AbortSignal) => Promise<Probabilities>;
}
