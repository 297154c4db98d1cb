import { expect, it } from '@jest/globals';

import { sizeOfSetting } from '../../bench/report/size-of-setting.js';
import { zipfSizes } from '../../bench/stage/zipf-accounts.js';

it.each([
  ['10 changes, 25k contacts beside 1M others', '10 changes, contacts beside 1M others', 'contacts', 25_000],
  ['10k accounts, 1 process', '10k accounts, processes', 'processes', 1],
  ['10k accounts, 3 processes', '10k accounts, processes', 'processes', 3],
  ['1 changes/s for 30 s', '1 changes/s for 30 s', 'contacts', null],
])('The setting "%s" has its place in a plot', (setting, kind, of, size) => {
  expect(sizeOfSetting(setting)).toEqual({ kind, of, size });
});

it('Accounts of Zipf have as many contacts as they should in all, and at least one each', () => {
  const sizes = zipfSizes(1_000, 10_000);
  expect(sizes).toHaveLength(1_000);
  expect(sizes[0]).toBe(Math.floor(10_000 / 7.485_470_86));
  expect(sizes[1]).toBe(Math.floor(10_000 / 7.485_470_86 / 2));
  expect(Math.min(...sizes)).toBe(1);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  expect(Math.abs(all / 10_000 - 1)).toBeLessThan(0.1);
});
