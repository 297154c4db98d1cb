import { Command } from '@nestjs/cqrs';

/** Someone asks for the rebuild that is going on to be given up. */
export class CancelRebuildCommand extends Command<void> {}
