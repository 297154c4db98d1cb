import { describe, expect, it } from '@jest/globals';

import { proxyOf, type ProxySettings } from './proxy.js';

const GOOGLE = 'https://people.googleapis.com/v1/people/me';
const BOTH = { HTTPS_PROXY: 'http://secure:3128', HTTP_PROXY: 'http://plain:3128' };

const hostFor = (url: string, settings: ProxySettings): string | null =>
  proxyOf(new URL(url), settings)?.host ?? null;

describe('A request goes', () => {
  it('through the proxy of its scheme, and through none of the other', () => {
    expect(hostFor(GOOGLE, BOTH)).toBe('secure:3128');
    expect(hostFor('http://google.test/', BOTH)).toBe('plain:3128');
    expect(hostFor(GOOGLE, { HTTP_PROXY: BOTH.HTTP_PROXY })).toBeNull();
    expect(hostFor('http://google.test/', { HTTPS_PROXY: BOTH.HTTPS_PROXY })).toBeNull();
    expect(hostFor(GOOGLE, {})).toBeNull();
  });

  it('through a proxy that is given without a scheme', () => {
    expect(proxyOf(new URL(GOOGLE), { HTTPS_PROXY: 'user:secret@proxy:3128' })?.href).toBe(
      'http://user:secret@proxy:3128/',
    );
  });

  it.each([
    'http://127.0.0.1:8085/',
    'http://127.9.9.9/',
    'http://localhost:8085/',
    'http://google.localhost/',
    'http://LOCALHOST./',
    'http://[::1]:8085/',
    'http://[::ffff:127.0.0.1]/',
    'https://127.0.0.1/',
  ])('to this machine directly: %s', (url) => {
    expect(hostFor(url, BOTH)).toBeNull();
  });

  it.each([
    ['*', GOOGLE],
    ['people.googleapis.com', GOOGLE],
    ['PEOPLE.GoogleAPIs.com', GOOGLE],
    ['googleapis.com', GOOGLE],
    ['.googleapis.com', GOOGLE],
    ['*.googleapis.com', GOOGLE],
    ['.googleapis.com', 'https://googleapis.com/'],
    ['people.googleapis.com:443', GOOGLE],
    ['googleapis.com:80', 'http://people.googleapis.com/'],
    ['internal, other  people.googleapis.com', GOOGLE],
    ['10.1.2.3', 'http://10.1.2.3:8080/'],
    ['10.0.0.0/8', 'http://10.1.2.3/'],
    ['10.1.2.3:8080', 'http://10.1.2.3:8080/'],
    ['fd00::7', 'http://[fd00::7]/'],
    ['fd00::/8', 'http://[fd00::7]/'],
    ['[fd00::7]:8080', 'http://[fd00::7]:8080/'],
  ])('directly where NO_PROXY is %s: %s', (NO_PROXY, url) => {
    expect(hostFor(url, { ...BOTH, NO_PROXY })).toBeNull();
  });

  it.each([
    ['', GOOGLE],
    [',', GOOGLE],
    ['apis.com', GOOGLE],
    ['people.googleapis.com.test', GOOGLE],
    ['people.googleapis.com:8443', GOOGLE],
    ['www.people.googleapis.com', GOOGLE],
    ['10.0.0.0/8', 'http://11.1.2.3/'],
    ['10.0.0.0/99', 'http://10.0.0.0/'],
    ['10.1.2.3:81', 'http://10.1.2.3/'],
  ])('through it all the same where NO_PROXY is "%s": %s', (NO_PROXY, url) => {
    expect(hostFor(url, { ...BOTH, NO_PROXY })).not.toBeNull();
  });

  it.each(['socks5://proxy:1080', 'http://', 'http://us%er@proxy:1'])(
    'nowhere where the proxy cannot be one: %s',
    (HTTPS_PROXY) => {
      expect(() => proxyOf(new URL(GOOGLE), { HTTPS_PROXY })).toThrow('the http or https URL of a proxy');
      expect(hostFor('http://localhost/', { HTTPS_PROXY })).toBeNull();
    },
  );
});
