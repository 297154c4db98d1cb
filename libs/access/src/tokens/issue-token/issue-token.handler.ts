import { randomUUID } from 'node:crypto';

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ForeignKeyConstraintViolationException,
  SqlEntityManager,
  UniqueConstraintViolationException,
} from '@mikro-orm/postgresql';
import { CodedError, hashOf } from '#platform';

import { Credentials } from '../../credentials.js';
import { type Principal } from '../../principal.js';
import { ApiTokenEntity, type IssuedToken } from '../api-token.entity.js';
import { drawToken } from '../token-secret.js';
import { type FreshToken, IssueTokenCommand, type TokenDraft } from './issue-token.command.js';

/** How long one that is expired is listed. */
const SHOWN_EXPIRED_MS = 30 * 86_400_000;

@CommandHandler(IssueTokenCommand)
export class IssueTokenHandler implements ICommandHandler<IssueTokenCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly credentials: Credentials,
  ) {}

  /** @throws CodedError scope-missing, account-not-found, token-name-taken */
  async execute({ draft, issuer }: IssueTokenCommand): Promise<FreshToken> {
    checkNoMoreThan(issuer, draft);
    if (this.credentials.configuredAs(draft.name) !== null) throw nameTaken(draft.name);
    const token = drawToken();
    const now = new Date();
    const issued: IssuedToken = {
      id: randomUUID(),
      tokenHash: hashOf(token),
      ...draft,
      scopes: [...new Set(draft.scopes)],
      createdAt: now,
      createdBy: issuer.name,
      lastUsedAt: null,
    };
    try {
      await this.em.fork().transactional(async (tx) => {
        const isOver = { expiresAt: { $lte: now }, name: draft.name };
        const isOld = { expiresAt: { $lte: new Date(now.getTime() - SHOWN_EXPIRED_MS) } };
        await tx.nativeDelete(ApiTokenEntity, { $or: [isOver, isOld] });
        await tx.insert(ApiTokenEntity, issued);
      });
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) throw nameTaken(draft.name);
      if (error instanceof ForeignKeyConstraintViolationException) throw noAccount(draft.accountId);
      throw error;
    }
    return { token, issued };
  }
}

function checkNoMoreThan({ name, scopes, accountId }: Principal, draft: TokenDraft): void {
  const lacking = draft.scopes.find((scope) => !scopes.has(scope));
  if (lacking !== undefined) {
    throw new CodedError(
      'scope-missing',
      `"${name}" does not have the scope ${lacking}, and can issue no token that has it.`,
    );
  }
  if (accountId !== null && draft.accountId !== accountId) throw noAccount(draft.accountId);
}

function noAccount(id: string | null): CodedError {
  return new CodedError('account-not-found', `There is no account ${id ?? 'of that id'}.`);
}

function nameTaken(name: string): CodedError {
  return new CodedError(
    'token-name-taken',
    `There is a token "${name}" already. Choose another name, or revoke that one first.`,
  );
}
