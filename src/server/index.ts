// The HTTP server: `createServer` for those who bring their own `listen`, `listen` with graceful drain for the command line.

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { RouterError } from '../errors.js';
import type { Router } from '../router.js';
import { createApp } from './app.js';
import type { OpenExchanges } from './exchange.js';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly headersTimeoutMs: number;
}

export interface Listening {
  /** `http://host:port`, as it was bound. */
  readonly url: string;
  readonly port: number;
  /**
   * Refuses new exchanges (readyz 503), waits up to `drainSeconds` for the open ones, then ends those with an in-band error.
   * Resolves when nothing is left.
   */
  readonly close: (drainSeconds: number) => Promise<void>;
}

/** The Express app over a router; mount it or call its `listen`. */
export function createServer(router: Router): Express {
  return createApp({ router, open: trackExchanges() });
}

/** Serves a router until `close`. Rejects with ADDRESS_IN_USE where the port is taken. */
export async function listen(router: Router, { host, port, headersTimeoutMs }: ListenOptions): Promise<Listening> {
  const open = trackExchanges();
  const app = createApp({ router, open });
  const timeouts = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 65_000,
  };
  const server = http.createServer(timeouts, app);
  server.on('checkContinue', (request, response) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced <= router.settings.limits.bodyBytes) response.writeContinue(); // no invitation to what would be refused
    app(request, response);
  });
  await bind(server, host, port);
  const bound = addressOf(server);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    port: bound.port,
    close: async (drainSeconds) => {
      open.drain();
      await open.settled(drainSeconds);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(force);
    },
  };
}

interface DrainableExchanges extends OpenExchanges {
  readonly drain: () => void;
  /** Resolves when none is open; after `drainSeconds` the open ones are aborted as SHUTTING_DOWN. */
  readonly settled: (drainSeconds: number) => Promise<void>;
}

function trackExchanges(): DrainableExchanges {
  const controllers = new Set<AbortController>();
  let draining = false;
  let onEmpty: (() => void) | undefined;
  return {
    add: (controller) => void controllers.add(controller),
    remove: (controller) => {
      controllers.delete(controller);
      if (controllers.size === 0) onEmpty?.();
    },
    draining: () => draining,
    drain: () => {
      draining = true;
    },
    settled: async (drainSeconds) => {
      if (controllers.size === 0) return;
      const empty = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      const cut = setTimeout(() => {
        for (const controller of controllers) controller.abort(new RouterError('SHUTTING_DOWN'));
      }, drainSeconds * 1000);
      await empty;
      clearTimeout(cut);
    },
  };
}

function bind(server: http.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE' ? new RouterError('ADDRESS_IN_USE', { at: `${host}:${port}`, expected: 'a free port', cause }) : cause,
      );
    });
    server.listen(port, host, () => resolve());
  });
}

function addressOf(server: http.Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new RouterError('INTERNAL', { expected: 'a TCP address' });
  return address;
}
