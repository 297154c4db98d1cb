import { type Agent, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** How long an unused connection is kept, as Node.js does by itself. */
const IDLE_MS = 5_000;

/** The connections of the process to Google, by the proxy that they lead through; they are kept open for a while. */
const agents = new Map<string, Agent>();

/** Tells a request which connections to use for a URL, and for each that it is redirected to. */
export function agentsFor(proxyOf: (url: URL) => URL | null = () => null): (url: URL) => Agent {
  return (url) => {
    const proxy = proxyOf(url)?.href;
    const key = `${url.protocol} ${proxy ?? ''}`;
    const known = agents.get(key);
    if (known !== undefined) return known;
    // Said for each agent: it would follow the environment where NODE_USE_ENV_PROXY is set.
    const proxyEnv = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
    const options = { keepAlive: true, scheduling: 'lifo', timeout: IDLE_MS, proxyEnv } as const;
    const agent = url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
    agents.set(key, agent);
    return agent;
  };
}
