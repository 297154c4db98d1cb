import { Command } from '@nestjs/cqrs';

/** Someone asks for the read model to be made anew from the event log. */
export class RequestRebuildCommand extends Command<void> {}
