import { type Client } from 'pg';

import { ownClient } from './own-client.js';

/** Whether PostgreSQL answers, asked on a connection that nothing else uses: a full pool is no sign that it does not. */
export class DatabasePulse {
  private client: Client | null = null;
  private asking: Promise<boolean> | null = null;

  /** @param answerMs how long an answer may take */
  constructor(
    private readonly url: string,
    private readonly answerMs: number,
  ) {}

  /** One question at a time, whoever asks. */
  answers(): Promise<boolean> {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end();
  }

  private async ask(): Promise<boolean> {
    try {
      this.client ??= await this.connect();
      await this.client.query('select 1');
      return true;
    } catch {
      await this.close().catch(() => undefined);
      return false;
    }
  }

  private async connect(): Promise<Client> {
    const client = ownClient(this.url, 'contactstream health', this.answerMs);
    const lost = (): void => {
      if (this.client === client) this.client = null;
    };
    client.on('error', lost).on('end', lost);
    await client.connect();
    return client;
  }
}
