import { randomUUID } from 'node:crypto';

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LockMode, SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { appendAccountEvent } from '#event-store';
import { GooglePeopleSources } from '#google-people';
import { CodedError } from '#platform';

import { type Account, AccountEntity, ownName } from '../account.entity.js';
import { accountErasing, accountNotFound } from '../accounts.js';
import { AccountGrants } from '../grants/account-grants.js';
import { RefreshTokenVault } from '../grants/refresh-token-vault.js';
import { useConnectLink } from '../links/use-connect-link.sql.js';
import { ConnectAccountCommand } from './connect-account.command.js';

@CommandHandler(ConnectAccountCommand)
export class ConnectAccountHandler implements ICommandHandler<ConnectAccountCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
    private readonly grants: AccountGrants,
    private readonly google: GooglePeopleSources,
  ) {}

  /**
   * @throws CodedError account-not-found, account-erasing, sign-in-other-person, link-over; GoogleError where it must be
   * asked who an account is
   */
  async execute(command: ConnectAccountCommand): Promise<Account> {
    await this.grants.identifyAll(this.google, command.options.signal);
    try {
      return await this.connect(command);
    } catch (error) {
      // Another process connected the same account a moment before.
      if (error instanceof UniqueConstraintViolationException) return this.connect(command);
      throw error;
    }
  }

  private async connect({ grant, options }: ConnectAccountCommand): Promise<Account> {
    const { subject } = grant;
    return this.em.fork().transactional(async (tx) => {
      const ofPerson = await tx.findOne(AccountEntity, { googleSubject: subject }, UNTIL_THE_END);
      const known =
        options.accountId === undefined
          ? ofPerson
          : await signedInAgain(tx, options.accountId, subject, ofPerson);
      if (known?.state === 'erasing') throw accountErasing(known.id);
      const id = known?.id ?? randomUUID();
      const reference =
        options.linkHash === undefined ? null : await useConnectLink(tx, options.linkHash, id);
      if (reference !== null) await requireFreeReference(tx, reference, id);
      const email = grant.email ?? known?.email ?? null;
      const isNamed = known !== null && known.name !== ownName(known);
      const connected = {
        name: options.name ?? (isNamed ? known.name : ownName({ id, email, googleSubject: subject })),
        email,
        googleSubject: subject,
        state: 'connected' as const,
        // The newest grant counts. The former one is forgotten: revoking it would end the new one, too.
        ...('refreshToken' in grant
          ? { refreshToken: this.vault.encrypt(grant.refreshToken, id), delegatedSubject: null }
          : { refreshToken: null, delegatedSubject: grant.delegatedSubject }),
        connectedAt: new Date(),
        ...(reference === null ? {} : { reference }),
      };
      if (options.name !== undefined) {
        const namesakes = await tx.find(AccountEntity, { name: options.name, id: { $ne: id } });
        for (const namesake of namesakes) namesake.name = ownName(namesake);
      }
      const isNews = known?.state !== 'connected' || (reference !== null && reference !== known.reference);
      const account =
        known === null ? tx.create(AccountEntity, { id, ...connected }) : tx.assign(known, connected);
      await tx.flush();
      if (isNews) await appendAccountEvent(tx, id, 'AccountConnected');
      return account;
    });
  }
}

/** What is told of a change depends on what was before. */
const UNTIL_THE_END = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;

/** A link was made for the account that has its reference, if there is one. */
async function requireFreeReference(tx: SqlEntityManager, reference: string, id: string): Promise<void> {
  const others = await tx.count(AccountEntity, { reference, id: { $ne: id } });
  if (others === 0) return;
  throw new CodedError(
    'sign-in-other-person',
    'This link is for an account that another Google person has connected. Sign in as that person.',
  );
}

/**
 * The account that a person who was asked for signs in to again. One whose person cannot be asked any more, because
 * Google knew only of its ended sign-in, is the person's who comes: an operator said so by its id.
 */
async function signedInAgain(
  tx: SqlEntityManager,
  accountId: string,
  subject: string,
  ofPerson: Account | null,
): Promise<Account> {
  const asked = await tx.findOne(AccountEntity, { id: accountId }, UNTIL_THE_END);
  if (asked === null) throw accountNotFound(accountId);
  const isSame = asked.googleSubject == null ? ofPerson === null : asked.googleSubject === subject;
  if (isSame) return asked;
  throw new CodedError(
    'sign-in-other-person',
    `That was another Google person than the one of the account ${asked.name}, which stays as it is.`,
    { accountId },
  );
}
