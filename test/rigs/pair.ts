// A scripted upstream and a proxy in front of it: what nearly every end-to-end test starts with.

import { type FaultyUpstream, startFaultyUpstream } from './faulty-upstream.js';
import { type Config, chainConfig, type ProxyOptions, type RunningProxy, startProxy } from './proxy.js';

export interface Pair extends RunningProxy {
  readonly upstream: FaultyUpstream;
}

/** `models` in one chain; `rest` are further keys of the configuration, or all of it as a function of the upstream's base URL. */
export async function startPair(
  models: readonly string[] = ['m1'],
  rest: Config | ((baseUrl: string) => Config) = {},
  options: ProxyOptions = {},
): Promise<Pair> {
  const upstream = await startFaultyUpstream();
  const config = typeof rest === 'function' ? rest(upstream.baseUrl) : chainConfig(upstream.baseUrl, models, rest);
  const proxy = await startProxy(config, options).catch(async (error: unknown) => {
    await upstream.close();
    throw error;
  });
  const stop = async () => {
    await proxy.stop();
    await upstream.close();
  };
  return { ...proxy, upstream, stop };
}
