import { type LiveProcess } from '#platform';

import { SHARED_SETTINGS, type SharedSetting } from './shared-settings.js';

/** A setting in which processes do not agree. */
export interface Difference {
  readonly setting: SharedSetting;
  /** Who runs with what. */
  readonly processes: ReadonlyMap<string, readonly LiveProcess[]>;
}

/** What an older version does not know of, it is not asked about. */
export function differencesOf(processes: readonly LiveProcess[]): Difference[] {
  return SHARED_SETTINGS.map((setting) => ({
    setting,
    processes: Map.groupBy(
      processes.filter(({ runsWith }) => setting.name in runsWith),
      ({ runsWith }) => runsWith[setting.name] ?? '',
    ),
  })).filter(({ setting: { agree = () => false }, processes: byValue }) => {
    const values = [...byValue.keys()];
    return values.some((one, index) => values.slice(index + 1).some((other) => !agree(one, other)));
  });
}

/** `host:12 (api, relay)` */
export function nameOf({ name, roles }: LiveProcess): string {
  return `${name} (${roles.join(', ')})`;
}
