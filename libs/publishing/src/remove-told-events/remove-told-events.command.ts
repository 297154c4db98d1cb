import { Command } from '@nestjs/cqrs';

/** The schedule wants events of accounts' lives gone that later ones have made needless. Answers with how many. */
export class RemoveToldEventsCommand extends Command<number> {
  /** @param relay the name of the accounts' relay; null: there is no Kafka */
  constructor(readonly relay: string | null) {
    super();
  }
}
