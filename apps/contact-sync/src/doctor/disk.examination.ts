import { statfs } from 'node:fs/promises';

import { type Configuration } from '#platform';

import { type Examination, type Finding, judged } from './examination.js';

const GIGABYTE = 1024 ** 3;
const LEAST_GIGABYTES = 1;
const LEAST_SHARE = 0.05;

/** Where the service keeps what it keeps itself: an embedded PostgreSQL, and keys. */
export class DiskExamination implements Examination {
  readonly area = 'disk';
  readonly asks = 'disk';
  readonly document = 'docs/configuration.md';

  constructor(private readonly configuration: Pick<Configuration, 'DATA_DIR'>) {}

  async examine(): Promise<Finding[]> {
    const { DATA_DIR } = this.configuration;
    const { bavail, blocks, bsize } = await statfs(DATA_DIR).catch((error: unknown) => {
      // Nothing is kept there while the database is elsewhere.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return statfs('.');
      throw error;
    });
    const free = (bavail * bsize) / GIGABYTE;
    const found = `${free.toFixed(1)} GB are free where DATA_DIR is.`;
    return [
      judged('disk-space', free >= LEAST_GIGABYTES && bavail >= blocks * LEAST_SHARE, found, {
        verdict: 'warning',
        mend: 'Make room, or set DATA_DIR to a larger disk.',
      }),
    ];
  }
}
