import { type OnModuleDestroy } from '@nestjs/common';
import { ClientRefused, GOOGLE_REQUESTS, type GoogleRequestMessage, googleFailure } from '#google-people';
import { type Logger } from 'pino';

/**
 * Says once when Google begins to refuse the service itself, and once when all that it refused works again: every
 * account fails of it, with each of its syncs.
 */
export class ServiceRefusals implements OnModuleDestroy {
  /** The sign-ins whose last request was refused so, and in which words. */
  private readonly refused = new Map<object, string>();

  constructor(private readonly log: Logger) {
    GOOGLE_REQUESTS.subscribe(this.onRequest);
  }

  onModuleDestroy(): void {
    GOOGLE_REQUESTS.unsubscribe(this.onRequest);
  }

  private readonly onRequest = (message: unknown): void => {
    const { error, signIn } = message as GoogleRequestMessage;
    if (error instanceof ClientRefused) {
      const isTold = [...this.refused.values()].includes(error.message);
      this.refused.set(signIn, error.message);
      if (!isTold) this.log.error(googleFailure(error).detail);
    } else if (error === null && this.refused.delete(signIn) && this.refused.size === 0) {
      this.log.info('Google no longer refuses the service');
    }
  };
}
