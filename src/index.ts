// The public API: load a configuration, build a router, hand it requests.

export type { Extensions } from './config/extensions.js';
export { ConfigError, type Fault } from './config/faults.js';
export { type Config, configSchema, loadConfig, parseConfig } from './config/index.js';
export { type ErrorCode, RouterError } from './errors.js';
export type { RouteResult } from './pipeline/report.js';
export type { RouterAnswer } from './pipeline/respond.js';
export { type AnyProvider, defineProvider } from './providers/provider.js';
export { createRouter, type Router, type RouterContext, type RouterRequest } from './router.js';
export { type AnySelector, defineSelector } from './selectors/selector.js';
export { type AnySignal, defineSignal, type SignalContext, type SignalMatch } from './signals/signal.js';
