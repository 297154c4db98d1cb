import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { GoogleError, GooglePeopleSources, SubjectNotPermitted, SubjectUnknown } from '#google-people';
import { CodedError } from '#platform';

import { ConnectAccountCommand } from '../connect-account/connect-account.command.js';
import { type ConnectedSubject, ConnectSubjectsCommand } from './connect-subjects.command.js';

/** Each takes two requests to Google, whose quotas are per person. */
const SIDE_BY_SIDE = 8;

@CommandHandler(ConnectSubjectsCommand)
export class ConnectSubjectsHandler implements ICommandHandler<ConnectSubjectsCommand> {
  constructor(
    private readonly google: GooglePeopleSources,
    private readonly commands: CommandBus,
  ) {}

  /** @throws CodedError delegation-not-configured */
  async execute({ subjects }: ConnectSubjectsCommand): Promise<ConnectedSubject[]> {
    if (!this.google.delegates) {
      throw new CodedError(
        'delegation-not-configured',
        'There is no service account: set GOOGLE_SERVICE_ACCOUNT_FILE to its JSON key.',
      );
    }
    const each = [...Map.groupBy(subjects, (subject) => subject.toLowerCase()).values()].flatMap(
      ([first]) => first ?? [],
    );
    const connected = new Map<string, ConnectedSubject>();
    const left = each.values();
    const work = async (): Promise<void> => {
      // One iterator for all of them: each takes the next.
      for (const subject of left) connected.set(subject, await this.connect(subject));
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    return each.flatMap((subject) => connected.get(subject) ?? []);
  }

  private async connect(subject: string): Promise<ConnectedSubject> {
    try {
      const { subject: person, email } = await this.google.whoIs({ subject });
      const grant = { subject: person, email: email ?? subject, delegatedSubject: subject };
      const { id } = await this.commands.execute(new ConnectAccountCommand(grant));
      return { subject, accountId: id, outcome: 'connected' };
    } catch (error) {
      // An account that is being erased, for one: the others go on.
      if (!(error instanceof GoogleError || error instanceof CodedError)) throw error;
      return { subject, accountId: null, outcome: outcomeOf(error) };
    }
  }
}

function outcomeOf(error: GoogleError | CodedError): ConnectedSubject['outcome'] {
  if (error instanceof SubjectNotPermitted) return 'not-permitted';
  return error instanceof SubjectUnknown ? 'unknown-subject' : 'failed';
}
