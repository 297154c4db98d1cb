import { type ICommand, type ICommandPublisher } from '@nestjs/cqrs';

import { currentAudit } from './request-audit.js';

/** The bus asks here before each command: none that a request asks for is carried out without an entry of the audit. */
export const AUDITED_COMMANDS: ICommandPublisher = {
  publish(command: ICommand): void {
    if (currentAudit()?.mayChange === false) {
      throw new Error(
        `${command.constructor.name} is sent without an entry of the audit: its route needs @Audited`,
      );
    }
  },
};
