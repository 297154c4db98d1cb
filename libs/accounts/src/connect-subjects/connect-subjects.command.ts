import { Command } from '@nestjs/cqrs';

/** What became of a person whose account was to be connected by the service account. */
export interface ConnectedSubject {
  readonly subject: string;
  /** null where it is not connected. */
  readonly accountId: string | null;
  /** `failed`: Google did not answer, or refused the service account itself; trying again may help. */
  readonly outcome: 'connected' | 'not-permitted' | 'unknown-subject' | 'failed';
}

/** Connects the accounts of persons for whom the service account may act (domain-wide delegation). */
export class ConnectSubjectsCommand extends Command<ConnectedSubject[]> {
  /** @param subjects their addresses; one that comes twice counts once, however it is written */
  constructor(readonly subjects: readonly string[]) {
    super();
  }
}
