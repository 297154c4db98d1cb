import { type Account } from '../storage/account-store.js';
import { PAGE_TOKEN_LIFETIME_MS } from '../storage/person-store.js';
import { type TokenSeal } from '../storage/token-seal.js';
import { type ConnectionParameters, pageBinding, syncBinding } from './connection-parameters.js';
import { expiredSyncToken } from './expired-sync-token.js';
import { invalidArgument } from './google-error.js';

/** How far a list has come; a page token holds it. */
export interface ListPosition {
  /** The number of the page, from 1. */
  readonly page: number;
  /** The change counter at the first page: later changes belong to the next incremental list. */
  readonly asOf: number;
  /** The mark of the sync token, or null in a full list. */
  readonly since: number | null;
  /** The next position (full list), or the last sequence shown (incremental list). */
  readonly cursor: number;
  /** Live persons at the first page. */
  readonly total: number;
  /** When the full list that the sync token stems from began, in milliseconds. */
  readonly fullAt: number;
}

interface PageTokenContent extends ListPosition {
  readonly account: number;
  readonly epoch: number;
  readonly binding: string;
  readonly madeAt: number;
}

interface SyncTokenContent {
  readonly account: string;
  readonly id: number;
  readonly epoch: number;
  readonly binding: string;
  readonly sequence: number;
  readonly fullAt: number;
}

/** Page and sync tokens: opaque, and bound to the parameters of the call that they came from. */
export class ListTokens {
  constructor(
    private readonly seal: TokenSeal,
    private readonly syncTokenLifetimeMs: number,
  ) {}

  pageToken(account: Account, parameters: ConnectionParameters, position: ListPosition, now: number): string {
    const binding = pageBinding(parameters);
    const content: PageTokenContent = {
      ...position,
      account: account.id,
      epoch: account.pageEpoch,
      binding,
      madeAt: now,
    };
    return this.seal.seal('page', content);
  }

  openPageToken(
    account: Account,
    parameters: ConnectionParameters,
    token: string,
    now: number,
  ): ListPosition {
    const content = this.seal.open('page', token) as PageTokenContent | undefined;
    if (
      content?.account !== account.id ||
      content.epoch !== account.pageEpoch ||
      now - content.madeAt > PAGE_TOKEN_LIFETIME_MS
    ) {
      throw invalidArgument('Page token is invalid.');
    }
    if (content.binding !== pageBinding(parameters)) {
      throw invalidArgument(
        'Page token is invalid: all other request parameters must match the first call that provided the page token.',
      );
    }
    return content;
  }

  syncToken(account: Account, parameters: ConnectionParameters, { asOf, fullAt }: ListPosition): string {
    const content: SyncTokenContent = {
      account: account.name,
      id: account.id,
      epoch: account.syncEpoch,
      binding: syncBinding(parameters),
      sequence: asOf,
      fullAt,
    };
    return this.seal.seal('sync', content);
  }

  /**
   * The mark of a sync token and the time of its full list. A token lives 7 days after the full list that it
   * goes back to ("Sync tokens expire 7 days after the full sync"): an incremental list does not prolong it.
   */
  openSyncToken(
    account: Account,
    parameters: ConnectionParameters,
    token: string,
    now: number,
  ): { since: number; fullAt: number } {
    const content = this.seal.open('sync', token) as SyncTokenContent | undefined;
    if (content?.account !== account.name) throw invalidArgument('Sync token is invalid.');
    if (content.id !== account.id || content.epoch !== account.syncEpoch) {
      throw expiredSyncToken(account.syncExpiredStatus);
    }
    if (now - content.fullAt > this.syncTokenLifetimeMs) throw expiredSyncToken(400);
    if (content.binding !== syncBinding(parameters)) {
      throw invalidArgument(
        'Sync token is invalid: all other request parameters must match the first call that provided the sync token.',
      );
    }
    return { since: content.sequence, fullAt: content.fullAt };
  }
}
