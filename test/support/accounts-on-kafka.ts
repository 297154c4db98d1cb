import { afterEach, beforeEach, expect } from '@jest/globals';
import { topicNames } from '#contact-events';

import { type RunningService, startService } from '../../apps/contact-sync/src/service.js';
import { type Call, callsTo } from './call.js';
import { kafkaEnvironment, kafkaSettings, readTopic, type TopicRecord } from './contact-feed-kafka.js';
import { type TestDatabase } from './database.js';
import { createMigratedDatabase } from './migrated-database.js';
import { serviceEnvironment } from './service-environment.js';
import { startGoogle, type TestGoogle } from './service.js';
import { SignIns } from './sign-in.js';
import { sql } from './sql.js';
import { waitFor } from './wait-for.js';

/** The data of an event of an account's life, and its type. */
export interface ToldOfAccount {
  readonly type: string;
  readonly accountId: string;
  readonly reference: string | null;
  readonly version: number;
  readonly occurredAt: string;
  readonly lastPosition?: string;
}

/** As `KAFKA_PUBLISHER` says. */
type KafkaClient = 'kafkajs' | 'platformatic';

/** A service for each test, with topics of its own, whose one account is told of on Kafka. */
export class AccountsOnKafka {
  readonly settings = kafkaSettings(2);
  readonly names = topicNames(this.settings.topicPrefix);
  private service: RunningService | null = null;

  constructor(
    readonly google: TestGoogle,
    readonly database: TestDatabase,
    private readonly client: KafkaClient,
  ) {}

  get withoutKafka(): Record<string, string> {
    return serviceEnvironment(this.database, this.google);
  }

  get environment(): Record<string, string> {
    return { ...this.withoutKafka, ...kafkaEnvironment(this.settings), KAFKA_PUBLISHER: this.client };
  }

  get url(): string {
    return this.service?.url ?? '';
  }

  get api(): Call {
    return callsTo(this.url);
  }

  async start(variables = this.environment): Promise<void> {
    this.service = await startService(variables);
  }

  async stop(): Promise<void> {
    await this.service?.stop();
    this.service = null;
  }

  async accountId(): Promise<string> {
    return String((await this.api('GET', '/api/accounts')).body.items[0].id);
  }

  async signIn(): Promise<void> {
    expect((await new SignIns(this.url).signIn('demo@example.com')).status).toBe(200);
  }

  /** What is on the topic, once it is so many. */
  records(count: number): Promise<TopicRecord[]> {
    return waitFor(
      async () => {
        const found = await readTopic(this.names.accounts);
        return found.length >= count ? found : null;
      },
      { what: `${count} events of accounts' lives`, timeoutMs: 60_000, everyMs: 100 },
    );
  }

  stored(): Promise<object[]> {
    return sql(this.database, 'select * from account_events order by position');
  }
}

/** @returns those of the test that runs */
export function accountsOnKafka(client: KafkaClient = 'kafkajs'): () => AccountsOnKafka {
  let accounts: AccountsOnKafka;
  beforeEach(async () => {
    const [google, database] = await Promise.all([startGoogle({ persons: 5 }), createMigratedDatabase()]);
    accounts = new AccountsOnKafka(google, database, client);
  });
  afterEach(async () => {
    await accounts.stop();
    await accounts.google.stop();
    await accounts.database.drop();
  });
  return () => accounts;
}

export function told(found: readonly TopicRecord[]): ToldOfAccount[] {
  return found.map(({ headers, value }) => ({
    ...(JSON.parse(value ?? '') as Omit<ToldOfAccount, 'type'>),
    type: headers.ce_type ?? '',
  }));
}

/** As `1 AccountConnected`. */
export function types(found: readonly TopicRecord[]): string[] {
  return told(found).map(({ type, version }) => `${version} ${type}`);
}
