import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type ErasureLedger, type ErasureRecord } from './erasure-ledger.js';
import { readErasureRecord } from './read-erasure-record.js';

/** A file of JSON lines, for a service without Kafka; later lines of an account take the place of earlier ones. */
export class FileErasureLedger implements ErasureLedger {
  readonly place: string;

  constructor(private readonly path: string) {
    this.place = `the file ${path}`;
  }

  async record(erasure: ErasureRecord): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, 'a', 0o600);
    try {
      // A line that a crash has cut off stays alone on its own.
      await file.appendFile(`\n${JSON.stringify(erasure)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async read(): Promise<ErasureRecord[]> {
    const records = new Map<string, ErasureRecord>();
    for (const [index, line] of (await this.lines()).entries()) {
      if (line === '') continue;
      const record = readErasureRecord(line, `line ${index + 1} of ${this.path}`);
      records.set(record.accountId, record);
    }
    return [...records.values()];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async lines(): Promise<string[]> {
    try {
      const text = await readFile(this.path, 'utf8');
      return text.split('\n');
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return [];
      throw error;
    }
  }
}
