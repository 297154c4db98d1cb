import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { counted, liveProcesses } from '#platform';

import { type Difference, differencesOf, nameOf } from '../processes/differences.js';
import { type Examination, type Finding, judged } from './examination.js';

/** Whether the processes that share the database run with the same. */
export class ProcessesExamination implements Examination {
  readonly area = 'roles';
  readonly asks = 'postgres';
  readonly unanswered = 'roles-settings';
  readonly document = 'docs/operations.md#settings-that-processes-share';

  constructor(private readonly em: SqlEntityManager) {}

  async examine(): Promise<Finding[]> {
    const processes = await liveProcesses(this.em);
    const differences = differencesOf(processes);
    const alive = `${counted(processes.length, 'process lives', 'processes live')}: ${processes.map(nameOf).join(', ')}`;
    const isHarm = differences.some(({ setting }) => setting.doesHarm);
    return [
      judged('roles-settings', differences.length === 0, `${alive}; they run with the same.`, {
        verdict: isHarm ? 'failed' : 'warning',
        found: `${alive}. They do not agree in ${differences.map(told).join('; ')}.`,
        mend: 'Give all of them the same variables and the same version, and start those anew that differ.',
      }),
    ];
  }
}

/** `SYNC_PAGE_SIZE: 1000 (host:12), 500 (host:34)` */
function told({ setting, processes }: Difference): string {
  const values = [...processes].map(([value, of]) => `${value} (${of.map(({ name }) => name).join(', ')})`);
  return `${setting.name}: ${values.join(', ')}`;
}
