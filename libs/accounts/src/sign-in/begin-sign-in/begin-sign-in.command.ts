import { Command } from '@nestjs/cqrs';

/** A person wants to connect an account. Answers with the URL at Google to send the browser to. */
export class BeginSignInCommand extends Command<string> {}
