import { isIP } from 'node:net';

export const TRUSTED_PROXIES_HINT = 'a comma list of addresses, or of networks such as 10.0.0.0/8';

/** An address of a proxy, or its network. */
export function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  // All of them would be anybody's word.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}
