import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';

import { AccountEntity } from '../../account.entity.js';
import { GrantKeys } from '../grant-keys.js';
import { RefreshTokenVault } from '../refresh-token-vault.js';
import { type StoredGrant, storedGrants } from '../stored-grants.js';
import { type Rotation, RotateGrantsCommand } from './rotate-grants.command.js';

/**
 * Encrypts refresh tokens anew with the first key, a page of accounts a transaction. Each is written only where it still
 * is what was read, so that a sign-in beside it stays; one that was rotated is passed, so that what was broken off goes on.
 */
@CommandHandler(RotateGrantsCommand)
export class RotateGrantsHandler implements ICommandHandler<RotateGrantsCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
  ) {}

  /** @throws ConfigurationError where a key is missing; nothing is changed then */
  async execute(): Promise<Rotation> {
    await new GrantKeys(this.em, this.vault).requireAll();
    const rotation = { rotated: 0, current: 0, changedMeanwhile: 0, damaged: [] as string[] };
    for await (const grants of storedGrants(this.em)) {
      const old = grants.filter(({ stored }) => !this.vault.isCurrent(stored));
      const readable = old.flatMap((grant) => {
        const anew = this.anew(grant);
        if (anew === null) rotation.damaged.push(grant.accountId);
        return anew === null ? [] : [{ ...grant, anew }];
      });
      const rotated = await this.replace(readable);
      rotation.rotated += rotated;
      rotation.current += grants.length - old.length;
      rotation.changedMeanwhile += readable.length - rotated;
    }
    return rotation;
  }

  private anew({ stored, accountId }: StoredGrant): string | null {
    try {
      return this.vault.encrypt(this.vault.decrypt(stored, accountId), accountId);
    } catch {
      return null;
    }
  }

  /** @returns how many still were what was read */
  private replace(grants: readonly (StoredGrant & { readonly anew: string })[]): Promise<number> {
    return this.em.fork().transactional(async (tx) => {
      let replaced = 0;
      for (const { accountId: id, stored: refreshToken, anew } of grants)
        replaced += await tx.nativeUpdate(AccountEntity, { id, refreshToken }, { refreshToken: anew });
      return replaced;
    });
  }
}
