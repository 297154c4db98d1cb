import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** What Kafka is still to get from the log. */
export interface Unsent {
  /** All events up to here were sent, but those of the contacts that wait. */
  readonly sentUpTo: bigint;
  /** Contacts whose events wait, because Kafka refused one. */
  readonly waiting: readonly string[];
}

/** What the relay still has to read, as one moment has it. */
export class UnsentEvents {
  constructor(
    private readonly em: SqlEntityManager,
    /** The relay's name: its events topic's. */
    private readonly relay: string,
  ) {}

  /** SQL, so that both are of one moment. By the primary key, and the index refused_records_open. */
  async read(): Promise<Unsent> {
    const [row] = await boundSql<{ position: string; waiting: string[] }>(
      this.em.fork(),
      `select least(position, state_position) as position,
         array(select contact_id::text from refused_records where relay = $1 and state = 'open') as waiting
       from relays where name = $1`,
      [this.relay],
    );
    return { sentUpTo: BigInt(row?.position ?? 0), waiting: row?.waiting ?? [] };
  }
}
