const SIZE = /(\d+(?:\.\d+)?)([kM]?) (contacts|process(?:es)?)/;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_000, M: 1_000_000 };

/** What settings of different sizes have in common, and the size of this one; null where its name has none. */
export interface SizedSetting {
  readonly kind: string;
  /** Of what there are so many. */
  readonly of: 'contacts' | 'processes';
  readonly size: number | null;
}

/** @param setting such as `10 changes, 25k contacts beside 1M others`, or `10k accounts, 3 processes` */
export function sizeOfSetting(setting: string): SizedSetting {
  const [, digits = '', unit = '', noun = ''] = SIZE.exec(setting) ?? [];
  const of = noun.startsWith('process') ? 'processes' : 'contacts';
  return {
    kind: setting.replace(SIZE, of),
    of,
    size: digits === '' ? null : Number(digits) * (UNITS[unit] ?? Number.NaN),
  };
}
