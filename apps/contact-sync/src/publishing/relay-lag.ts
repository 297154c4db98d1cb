import { type FeedLag } from '#event-store';
import { type RelayGauge } from '#publishing';

/** How far the relay is behind the log. */
export class RelayLag {
  /** @param gauge null without Kafka */
  constructor(private readonly gauge: RelayGauge | null) {}

  /** Kafka has every event up to here. @returns undefined without Kafka */
  async position(): Promise<bigint | undefined> {
    return this.gauge?.position();
  }

  /** @returns undefined without Kafka; null when it cannot be known, because the database does not answer */
  async lag(): Promise<FeedLag | null | undefined> {
    if (this.gauge === null) return undefined;
    try {
      return await this.gauge.lag();
    } catch {
      return null;
    }
  }
}
