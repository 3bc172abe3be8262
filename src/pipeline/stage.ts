// The pipeline as types: a stage says what it needs and what it adds, and only an order in which every need is met compiles.

import type { Answer, Inbound } from './exchange.js';

/** What comes after a stage; called at most once, with what the stage adds. */
export type Handler<In> = (input: In) => Promise<Answer>;

/**
 * One step of the way in. It hands `next` only what it adds, or answers by itself, or throws a `RouterError`.
 * `run` is a property on purpose: methods are bivariant and would let a wrong order compile.
 */
export interface Stage<Needs, Adds> {
  readonly name: string;
  readonly run: (input: Needs, next: Handler<Adds>) => Promise<Answer>;
}

/** A list of stages under construction; `Facts` is what stands after the last of them. */
export interface Pipeline<Facts> {
  /** Appends a stage. Does not compile unless everything the stage needs is already there. */
  readonly use: <Adds>(stage: Stage<Facts, Adds>) => Pipeline<Facts & Adds>;
  /** Closes the list with the handler that answers when no stage did. */
  readonly end: (last: Handler<Facts>) => Handler<Inbound>;
  /** The names of the stages, in order. */
  readonly order: readonly string[];
}

/** Starts an empty pipeline. */
export function pipeline(): Pipeline<Inbound> {
  return extend<Inbound>([], (last) => last);
}

function extend<Facts extends Inbound>(order: readonly string[], wrap: (last: Handler<Facts>) => Handler<Inbound>): Pipeline<Facts> {
  return {
    order,
    use: <Adds>(stage: Stage<Facts, Adds>) =>
      extend<Facts & Adds>([...order, stage.name], (last) => wrap((input) => runStage(stage, input, last))),
    end: wrap,
  };
}

function runStage<Facts extends Inbound, Adds>(stage: Stage<Facts, Adds>, input: Facts, last: Handler<Facts & Adds>): Promise<Answer> {
  const startedAt = performance.now();
  return stage.run(input, (adds) => {
    const facts = { ...input, ...adds };
    input.progress.pass(stage.name, performance.now() - startedAt, facts);
    return last(facts);
  });
}
