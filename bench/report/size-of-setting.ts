const SIZE = /(\d+(?:\.\d+)?)([kM]?) contacts/;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_000, M: 1_000_000 };

/** What settings of different sizes have in common, and the size of this one; null where its name has none. */
export interface SizedSetting {
  readonly kind: string;
  readonly contacts: number | null;
}

/** @param setting such as `10 changes, 25k contacts beside 1M others` */
export function sizeOfSetting(setting: string): SizedSetting {
  const [, digits = '', unit = ''] = SIZE.exec(setting) ?? [];
  return {
    kind: setting.replace(SIZE, 'contacts'),
    contacts: digits === '' ? null : Number(digits) * (UNITS[unit] ?? Number.NaN),
  };
}
