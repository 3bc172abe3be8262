// The hot POST routes, dispatched on the bare request before Express sees it: Express costs more than the routing does.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExchangeContext, serveChat } from './exchange.js';

/** Path → the protocol spoken there. */
export const hotRoutes: ReadonlyMap<string, string> = new Map([['/v1/chat/completions', 'openai']]);

/** Takes the request if it is one of the hot routes; false leaves it to Express. */
export function serveHot(request: IncomingMessage, response: ServerResponse, context: ExchangeContext): boolean {
  if (request.method !== 'POST' || request.url === undefined) return false;
  const query = request.url.indexOf('?');
  const protocol = hotRoutes.get(query === -1 ? request.url : request.url.slice(0, query));
  if (protocol === undefined) return false;
  void serveChat(protocol, request, response, context);
  return true;
}
