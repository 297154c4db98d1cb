import { randomBytes } from 'node:crypto';

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';

import { hashOf } from '#platform';

import { ConnectLinkEntity } from '../connect-link.entity.js';
import { ReturnUrls } from '../return-urls.js';
import { CreateConnectLinkCommand, type MadeConnectLink } from './create-connect-link.command.js';

const DAY_MS = 86_400_000;

@CommandHandler(CreateConnectLinkCommand)
export class CreateConnectLinkHandler implements ICommandHandler<CreateConnectLinkCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly returnUrls: ReturnUrls,
  ) {}

  /** @throws CodedError return-url-not-allowed */
  async execute({ draft }: CreateConnectLinkCommand): Promise<MadeConnectLink> {
    const returnUrl = draft.returnUrl === undefined ? null : this.returnUrls.checked(draft.returnUrl);
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + DAY_MS);
    const em = this.em.fork();
    // A late one is told from an unknown one for as long again.
    await em.nativeDelete(ConnectLinkEntity, { expiresAt: { $lt: new Date(Date.now() - DAY_MS) } });
    await em.insert(ConnectLinkEntity, {
      tokenHash: hashOf(token),
      reference: draft.reference ?? null,
      returnUrl,
      loginHint: draft.loginHint ?? null,
      expiresAt,
      usedAt: null,
      accountId: null,
    });
    return { token, expiresAt };
  }
}
