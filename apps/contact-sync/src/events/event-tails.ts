import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { MASKED_MEMBERS } from '#contact-events';
import { LogTail, type StoredEvent } from '#event-store';
import { type Configuration, Notifications } from '#platform';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER } from '../injection-tokens.js';
import { eventAnswers } from './event-answers.js';

/** The end of the log, as those see it who may read contacts, or as the others do, of whom nothing else is read. */
export interface EventTail {
  readonly log: LogTail;
  /** JSON of the CloudEvent, made once for all readers; empty for a skeleton, which nobody gets. */
  answer(event: StoredEvent): string;
}

/** The tails of the log in this process. */
@Injectable()
export class EventTails implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly whole: EventTail;
  readonly masked: EventTail;

  constructor(
    em: SqlEntityManager,
    notifications: Notifications,
    @Inject(CONFIGURATION) { PUBLIC_URL }: Configuration,
    @Inject(LOGGER) log: Logger,
  ) {
    this.whole = { log: new LogTail(em, notifications, log), answer: answers(PUBLIC_URL, true) };
    this.masked = {
      log: new LogTail(em, notifications, log, { members: MASKED_MEMBERS }),
      answer: answers(PUBLIC_URL, false),
    };
  }

  onApplicationBootstrap(): void {
    this.whole.log.start();
    this.masked.log.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.whole.log.stop(), this.masked.log.stop()]);
  }
}

function answers(publicUrl: string, isShown: boolean): EventTail['answer'] {
  const made = new WeakMap<StoredEvent, string>();
  return (event) => {
    const known = made.get(event);
    if (known !== undefined) return known;
    const [answer = ''] = eventAnswers([event], publicUrl, isShown);
    made.set(event, answer);
    return answer;
  };
}
