import { type FeedLag } from '#event-store';
import { type AccountRelayGauge, type RelayGauge } from '#publishing';

/** How far the relays are behind their logs. */
export class RelayLag {
  /** @param gauge of contacts, `accounts` of accounts; null without Kafka */
  constructor(
    private readonly gauge: RelayGauge | null,
    private readonly accounts: AccountRelayGauge | null,
  ) {}

  /** Kafka has every event up to here. @returns undefined without Kafka */
  async position(): Promise<bigint | undefined> {
    return this.gauge?.position();
  }

  /** @returns undefined without Kafka; null when it cannot be known, because the database does not answer */
  async lag(): Promise<FeedLag | null | undefined> {
    return known(this.gauge);
  }

  /** The same of the lives of accounts. */
  async lagOfAccounts(): Promise<FeedLag | null | undefined> {
    return known(this.accounts);
  }
}

async function known(gauge: { lag(): Promise<FeedLag> } | null): Promise<FeedLag | null | undefined> {
  if (gauge === null) return undefined;
  try {
    return await gauge.lag();
  } catch {
    return null;
  }
}
