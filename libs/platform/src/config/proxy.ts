import { BlockList, isIP } from 'node:net';

import { isDecodable } from './is-decodable.js';
import { isThisMachine, isWithin } from './this-machine.js';

/** Which requests go through a proxy, in the variables that most programs read. */
export interface ProxySettings {
  /** For https URLs. */
  readonly HTTPS_PROXY?: string | undefined;
  /** For http URLs. */
  readonly HTTP_PROXY?: string | undefined;
  /**
   * A list of hosts that are asked directly. A name stands for itself and for all below it, with or without a dot or
   * `*.` before it; an address for itself, or, as `10.0.0.0/8`, for a range; each with `:port` for that one alone; `*`
   * for all.
   */
  readonly NO_PROXY?: string | undefined;
}

/** A variable does not hold the URL of a proxy. */
export class ProxyUnusable extends Error {
  constructor(readonly variable: 'HTTPS_PROXY' | 'HTTP_PROXY') {
    super('the http or https URL of a proxy, such as http://proxy:3128');
  }
}

/**
 * The proxy through which a URL is asked for; null: none. This machine itself is never asked through one.
 *
 * @throws ProxyUnusable
 */
export function proxyOf(url: URL, settings: ProxySettings): URL | null {
  const variable = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = settings[variable];
  if (proxy === undefined || isThisMachine(url.hostname)) return null;
  const direct = (settings.NO_PROXY ?? '').split(/[\s,]+/);
  if (direct.some((entry) => covers(entry, url))) return null;
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  const parsed = URL.canParse(text) ? new URL(text) : null;
  const isProxy = parsed !== null && ['http:', 'https:'].includes(parsed.protocol);
  if (!isProxy || !isDecodable(parsed.username + parsed.password)) throw new ProxyUnusable(variable);
  return parsed;
}

/** @param entry of NO_PROXY */
function covers(entry: string, url: URL): boolean {
  const [, name = entry, port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (port !== undefined && port !== portOf(url)) return false;
  const host = hostOf(url);
  const listed = unbracketed(name.toLowerCase()).replace(/\.$/, '');
  if (listed === '*') return true;
  const [network = '', bits] = listed.split('/');
  if (isIP(network) !== 0) return isWithin(addresses(network, bits), host);
  const suffix = listed.replace(/^\*?\.?/, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function addresses(network: string, bits: string | undefined): BlockList {
  const list = new BlockList();
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  if (bits === undefined) list.addAddress(network, family);
  else if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) list.addSubnet(network, Number(bits), family);
  return list;
}

function hostOf({ hostname }: URL): string {
  return unbracketed(hostname).replace(/\.$/, '');
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}
