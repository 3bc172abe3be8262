// A router that can be replaced while it serves: a reload builds the next one, swaps it in, and lets the old one finish what it began.

import { ConfigError, faultLine } from './config/faults.js';
import type { Config } from './config/schema.js';
import { isStream, type RouterAnswer } from './pipeline/respond.js';
import type { Router, RouterRequest } from './router.js';
import type { Log } from './telemetry/log.js';

export interface LiveRouterOptions {
  /** Reads and checks the configuration. */
  readonly load: () => Promise<Config>;
  /** Builds a router from it, models warmed. */
  readonly build: (config: Config) => Promise<Router>;
  readonly log: Log;
}

export interface LiveRouter extends Router {
  /** Loads and builds again, and swaps where both succeed; calls during a reload become one further reload. Never rejects. */
  readonly reload: () => Promise<void>;
}

/** One router and the exchanges that began on it. */
interface Generation {
  readonly number: number;
  readonly router: Router;
  /** Begins an exchange; call what it returns, once or more, when the exchange has ended. */
  readonly enter: () => () => void;
  /** No further exchanges begin; resolves when the router is closed, after the last one. */
  readonly retire: () => Promise<void>;
  /** Closes now. */
  readonly close: () => Promise<void>;
}

/** Loads, builds and serves. Rejects where the first configuration does not load or build. */
export async function createLiveRouter({ load, build, log }: LiveRouterOptions): Promise<LiveRouter> {
  let current = openGeneration(await build(await load()), 1);
  const open = new Set([current]);
  let closed = false;

  const replace = async (): Promise<void> => {
    const startedAtMs = performance.now();
    try {
      const router = await build(await load());
      if (closed) return await router.close();
      const previous = current;
      current = openGeneration(router, previous.number + 1);
      open.add(current);
      log.info('configuration reloaded', { generation: current.number, tookMs: Math.round(performance.now() - startedAtMs) });
      warnOfRestart(previous.router, router, log);
      void previous.retire().then(
        () => open.delete(previous),
        (thrown: unknown) => log.failure('an old router failed to close', thrown),
      );
    } catch (thrown) {
      refuse(thrown, log);
    }
  };

  return delegate(() => current, {
    reload: coalesce(async () => (closed ? undefined : replace())),
    close: async () => {
      closed = true;
      await Promise.all([...open].map((generation) => generation.close()));
    },
  });
}

/** Everything a router does, done by whichever is current when it is asked; its getters must not be spread, which would read them once. */
function delegate(current: () => Generation, own: Pick<LiveRouter, 'reload' | 'close'>): LiveRouter {
  return {
    ...own,
    handle: async (request) => {
      const { router, enter } = current();
      const leave = enter();
      return releasing(await router.handle(request).catch((thrown: unknown) => rethrowAfter(leave, thrown)), request, leave);
    },
    route: async (request) => {
      const { router, enter } = current();
      const leave = enter();
      return router.route(request).finally(leave);
    },
    feedback: async (request) => {
      const { router, enter } = current();
      const leave = enter();
      return router.feedback(request).finally(leave);
    },
    authenticate: (headers) => current().router.authenticate(headers),
    refuse: (error, headers) => current().router.refuse(error, headers),
    models: () => current().router.models(),
    capabilities: () => current().router.capabilities(),
    savings: () => current().router.savings(),
    get metrics() {
      return current().router.metrics;
    },
    get settings() {
      return current().router.settings;
    },
  };
}

function openGeneration(router: Router, number: number): Generation {
  let exchanges = 0;
  let whenIdle: (() => void) | undefined;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= router.close());
  const leave = (): void => {
    exchanges -= 1;
    if (exchanges === 0) whenIdle?.();
  };
  return {
    number,
    router,
    enter: () => {
      exchanges += 1;
      return once(leave);
    },
    retire: async () => {
      if (exchanges > 0) await new Promise<void>((idle) => (whenIdle = idle));
      await close();
    },
    close,
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

/** The answer, leaving when its body has ended: at once, or with the last chunk of a stream; a stream nobody reads ends with its request. */
function releasing(answer: RouterAnswer, { signal }: RouterRequest, leave: () => void): RouterAnswer {
  const { body } = answer;
  if (!isStream(body)) {
    leave();
    return answer;
  }
  if (signal?.aborted === true) leave();
  signal?.addEventListener('abort', leave, { once: true });
  const ended = (): void => {
    signal?.removeEventListener('abort', leave);
    leave();
  };
  return { ...answer, body: follow(body, ended) };
}

/** The same chunks; `ended` is called when they end, fail or are given up, also before the first. */
function follow(chunks: AsyncIterable<Uint8Array>, ended: () => void): AsyncIterable<Uint8Array> {
  const watched = async (step: Promise<IteratorResult<Uint8Array>>): Promise<IteratorResult<Uint8Array>> => {
    try {
      const result = await step;
      if (result.done === true) ended();
      return result;
    } catch (thrown) {
      ended();
      throw thrown;
    }
  };
  return {
    [Symbol.asyncIterator]: () => {
      const inner = chunks[Symbol.asyncIterator]();
      return {
        next: () => watched(inner.next()),
        return: () => watched(inner.return?.() ?? Promise.resolve({ done: true, value: undefined })),
      };
    },
  };
}

function rethrowAfter(leave: () => void, thrown: unknown): never {
  leave();
  throw thrown;
}

/** Runs `task` at once; calls while it runs become one further run after it, and wait for that. */
function coalesce(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    running = task().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return run();
    next ??= running.then(() => {
      next = undefined;
      return run();
    });
    return next;
  };
}

function refuse(thrown: unknown, log: Log): void {
  if (thrown instanceof ConfigError) {
    log.error('configuration refused; the one before still serves', { code: thrown.code, faults: thrown.faults.map(faultLine) });
  } else {
    log.failure('configuration not reloaded; the one before still serves', thrown);
  }
}

function warnOfRestart(before: Router, after: Router, log: Log): void {
  const [old, now] = [before.settings.server, after.settings.server];
  if (old.host !== now.host || old.port !== now.port)
    log.warn('server.host and server.port take effect after a restart', { host: now.host, port: now.port });
}
