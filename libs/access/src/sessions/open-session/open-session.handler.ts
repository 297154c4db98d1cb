import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError, hashOf } from '#platform';

import { Credentials } from '../../credentials.js';
import { PersonScopes } from '../person-scopes.js';
import { drawSessionSecret, proofOf } from '../session-secret.js';
import { SessionEntity } from '../session.entity.js';
import { Sessions } from '../sessions.js';
import { type OpenedSession, OpenSessionCommand, type Person } from './open-session.command.js';

const NOBODY = {
  tokenId: null,
  configuredName: null,
  configuredProof: null,
  issuer: null,
  subject: null,
  personName: null,
  groups: null,
};

@CommandHandler(OpenSessionCommand)
export class OpenSessionHandler implements ICommandHandler<OpenSessionCommand> {
  /** @param persons null: nobody signs in by OpenID Connect */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly persons: PersonScopes | null,
    private readonly lifetimeMs: number,
  ) {}

  /** @throws CodedError invalid-api-token, person-without-scope */
  async execute({ opener }: OpenSessionCommand): Promise<OpenedSession> {
    const secret = drawSessionSecret();
    const openedBy =
      'token' in opener ? await this.byToken(opener.token, secret) : this.byPerson(opener.person);
    const em = this.em.fork();
    const now = Date.now();
    await em.nativeDelete(SessionEntity, { expiresAt: { $lte: new Date(now) } });
    const expiresAt = new Date(now + this.lifetimeMs);
    await em.insert(SessionEntity, { secretHash: hashOf(secret), ...NOBODY, ...openedBy, expiresAt });
    const session = await this.sessions.find(secret);
    if (session === null) throw wrongToken();
    return { secret, session };
  }

  private async byToken(token: string, secret: string) {
    const holder = await this.credentials.holderOf(token);
    if (holder === null) throw wrongToken();
    const { principal, configured } = holder;
    if (configured === null) return { tokenId: principal.id };
    return { configuredName: configured.name, configuredProof: proofOf(secret, configured.token) };
  }

  private byPerson({ issuer, subject, name, groups }: Person) {
    const counting = this.persons?.counting(groups) ?? [];
    if (counting.length === 0) {
      throw new CodedError(
        'person-without-scope',
        `You are signed in as ${name}, but none of your groups may do anything here. Ask whoever runs this service to name one of your groups in OIDC_SCOPES, or to put you into one that is named there.`,
      );
    }
    return { issuer, subject, personName: name, groups: counting };
  }
}

function wrongToken(): CodedError {
  return new CodedError(
    'invalid-api-token',
    'This is no API token of this service, or it is over or revoked. Ask whoever runs the service for one.',
  );
}
