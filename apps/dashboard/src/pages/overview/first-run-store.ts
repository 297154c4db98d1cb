import { type CloudEvent } from '../../api/answers.js';
import { Store } from '../../live/store.js';

/** How far somebody who has never seen this has come; forgotten when the page is closed. */
export type FirstRunStep =
  | { readonly step: 'not-begun' | 'syncing' | 'over' }
  /** Synced; `changed` is whom somebody changed at Google since, as Google names them. What the log held then is known, and what comes behind it is the first change. */
  | { readonly step: 'synced'; readonly position: string; readonly changed: string | null }
  | { readonly step: 'arrived'; readonly event: CloudEvent };

export const firstRun = new Store<FirstRunStep>({ step: 'not-begun' });
