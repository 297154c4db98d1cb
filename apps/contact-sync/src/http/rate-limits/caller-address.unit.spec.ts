import { expect, it } from '@jest/globals';

import { callerAddress } from './caller-address.js';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0DB8:0:0:ffff::', '2001:db8:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['::1', '0:0:0:0'],
  ['fe80::7%eth0', 'fe80:0:0:0'],
  ['', ''],
])('Limits count %s as %s', (ip, counted) => {
  expect(callerAddress({ ip })).toBe(counted);
});
