import { type IconName } from '../parts/icon.js';

/** Data of an event, as REST and Kafka have it. */
export interface EventData {
  readonly masked?: true;
  readonly change?: string;
  readonly reason?: string;
  readonly changedFields?: readonly string[];
  readonly version?: number;
  readonly accountId?: string;
  readonly contactId?: string;
  readonly resourceName?: string;
  readonly previousResourceName?: string;
  readonly mergedInto?: string;
  readonly runId?: string;
  readonly contact?: Readonly<Record<string, unknown>>;
}

/** What happened to a contact, and the icon that stands for it. */
export function changeWords({ change, reason }: Pick<EventData, 'change' | 'reason'>): {
  icon: IconName;
  word: string;
} {
  switch (change ?? reason) {
    case 'created':
      return { icon: 'plus', word: 'created' };
    case 'restored':
      return { icon: 'undo', word: 'restored' };
    case 'renamed':
      return { icon: 'name', word: 'another resource name' };
    case 'deleted-in-google':
      return { icon: 'minus', word: 'deleted in Google' };
    case 'absent-from-full-sync':
      return { icon: 'minus', word: 'not on Google’s list any more' };
    case 'merged':
      return { icon: 'merge', word: 'merged' };
    case 'account-erased':
      return { icon: 'minus', word: 'erased' };
    default:
      return { icon: 'edit', word: 'updated' };
  }
}
