// The Express app: every route, with the hot ones taken out in front; one error shape for everything that fails.

import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { RouterError } from '../errors.js';
import type { Router } from '../router.js';
import { type OpenExchanges, readBody, serveChat, writeFailure, writeJson } from './exchange.js';
import { hotRoutes, serveHot } from './hot.js';

declare module 'express-serve-static-core' {
  interface Application {
    /** Where Express takes over a request; its own types leave it out. */
    handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
  }
}

export interface AppContext {
  readonly router: Router;
  readonly open: OpenExchanges;
}

/** Builds the app; whichever way it is listened on or mounted, the hot routes never reach Express's own stack. */
export function createApp(context: AppContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const handle = app.handle.bind(app);
  app.handle = (request, response, next) => {
    if (ambiguousHost(request)) refuseHost(request, response, context.router);
    else if (!serveHot(request, response, context)) handle(request, response, next);
  };
  for (const [path, protocol] of hotRoutes) {
    only(app, 'post', path, (request, response) => serveChat(protocol, request, response, context)); // a trailing slash, or another case
  }
  addHealth(app, context);
  addApi(app, context);
  app.use((request) => {
    throw new RouterError('ROUTE_UNKNOWN', { at: `${request.method} ${request.path.slice(0, 200)}` });
  });
  app.use(failed(context.router));
  return app;
}

function addHealth(app: Express, { router, open }: AppContext): void {
  only(app, 'get', '/healthz', (_, response) => writeJson(response, 200, { status: 'alive' }));
  only(app, 'get', '/readyz', (_, response) =>
    open.draining() ? writeJson(response, 503, { status: 'draining' }) : writeJson(response, 200, { status: 'ready' }),
  );
  only(app, 'get', '/metrics', async (_, response) => {
    response.setHeader('content-type', router.metrics.contentType);
    response.end(await router.metrics.text());
  });
}

function addApi(app: Express, { router }: AppContext): void {
  const authenticated: RequestHandler = (request, _, next) => {
    router.authenticate(request.headers);
    next();
  };
  only(app, 'get', '/v1/models', authenticated, (_, response) => writeJson(response, 200, { object: 'list', data: router.models() }));
  app.get('/v1/models/*id', authenticated, (request, response) => {
    const id = [request.params.id].flat().join('/');
    const model = router.models().find((entry) => entry.id === id);
    if (model === undefined) throw new RouterError('MODEL_UNKNOWN', { at: 'model', received: id.slice(0, 200) });
    writeJson(response, 200, model);
  });
  only(app, 'get', '/v1/capabilities', authenticated, (_, response) => writeJson(response, 200, router.capabilities()));
  only(app, 'get', '/v1/savings', authenticated, (_, response) => writeJson(response, 200, router.savings()));
  only(app, 'post', '/v1/feedback', async (request, response) => {
    const body = () => readBody(request, Math.min(longestFeedbackBytes, router.settings.limits.bodyBytes));
    writeJson(response, 200, await router.feedback({ headers: request.headers, body }));
  });
  only(app, 'post', '/v1/route', async (request, response) => {
    const body = () => readBody(request, router.settings.limits.bodyBytes);
    const controller = new AbortController();
    response.on('close', () => controller.abort(new RouterError('CLIENT_GONE')));
    const result = await router.route({ protocol: 'openai', headers: request.headers, body, signal: controller.signal });
    writeJson(response, 200, result);
  });
}

/** A few short fields. */
const longestFeedbackBytes = 16_384;

/** Two Host headers: what stands in front of us may have believed the other one. */
function ambiguousHost({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name !== undefined && name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

function refuseHost(request: IncomingMessage, response: ServerResponse, router: Router): void {
  response.setHeader('connection', 'close');
  writeFailure(
    request,
    response,
    router,
    new RouterError('REQUEST_INVALID', { at: 'host', expected: 'one Host header', received: 'several' }),
  );
}

/** One method on one path; any other method there is a 405, not a 404. */
function only(app: Express, method: 'get' | 'post', path: string, ...handlers: readonly RequestHandler[]): void {
  app[method](path, ...handlers);
  app.all(path, (request, response) => {
    response.setHeader('allow', method.toUpperCase());
    throw new RouterError('METHOD_NOT_ALLOWED', { at: path, expected: method.toUpperCase(), received: request.method });
  });
}

function failed(router: Router): ErrorRequestHandler {
  return (error, request, response, _next) => writeFailure(request, response, router, error);
}
