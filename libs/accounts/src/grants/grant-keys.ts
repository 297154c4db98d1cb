import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { ConfigurationError } from '#platform';

import { type RefreshTokenVault } from './refresh-token-vault.js';
import { storedGrants } from './stored-grants.js';

/** Stands for the key of what is stored in the old form, which does not name it, and that no given key decrypts. */
export const UNKNOWN_KEY = 'unknown';

/** How many accounts have their refresh token encrypted with a key. */
export interface KeyUse {
  /** {@link UNKNOWN_KEY}: it cannot be told. */
  readonly keyId: string;
  readonly accounts: number;
  /** Whether ENCRYPTION_KEY has it. */
  readonly isGiven: boolean;
}

/** The keys that refresh tokens are encrypted with. */
export class GrantKeys {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
  ) {}

  /** Each key that is given, in that order, then those that are missing. */
  async use(): Promise<KeyUse[]> {
    const given = this.vault.keyIds;
    const accounts = new Map(given.map((keyId) => [keyId, 0]));
    for await (const grants of storedGrants(this.em)) {
      for (const { stored, accountId } of grants) {
        const keyId = this.vault.keyIdOf(stored, accountId) ?? UNKNOWN_KEY;
        accounts.set(keyId, (accounts.get(keyId) ?? 0) + 1);
      }
    }
    return [...accounts].map(([keyId, count]) => ({
      keyId,
      accounts: count,
      isGiven: given.includes(keyId),
    }));
  }

  /** @throws ConfigurationError that says which keys are missing, for how many accounts, and what to do */
  async requireAll(): Promise<void> {
    const missing = (await this.use()).filter(({ isGiven }) => !isGiven);
    if (missing.length === 0) return;
    const of = missing.map(({ keyId, accounts }) => `${accounts} with the key ${keyId}`).join(', ');
    throw new ConfigurationError(
      `ENCRYPTION_KEY is (hidden), but must have every key that sign-ins are encrypted with. It lacks those of accounts: ${of}. ` +
        'Put the missing key behind the others, with a comma. Where it is lost, ' +
        `npm run keys -- forget ${missing[0]?.keyId ?? ''} drops these sign-ins, and the accounts must sign in again`,
    );
  }
}
