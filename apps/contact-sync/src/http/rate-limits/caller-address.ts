import { isIP } from 'node:net';

import { type Request } from 'express';

/**
 * What the limits take for one address: of IPv6 the network, since whoever has one address there has 2^64. Behind
 * TRUSTED_PROXIES it is the address that they forward for.
 */
export function callerAddress({ ip = '' }: Pick<Request, 'ip'>): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  return isIP(ip) === 6 ? networkOf(ip) : ip;
}

/** Its first 64 bits. */
function networkOf(address: string): string {
  const [before = [], behind] = address
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const missing = behind === undefined ? 0 : 8 - before.length - behind.length;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...(behind ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
