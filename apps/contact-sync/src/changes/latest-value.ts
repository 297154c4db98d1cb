import { type ChangeName } from './change-messages.js';
import { type ChangeSource, type ToldChange } from './change-watch.js';

/** One value of the whole service, told where it is another one. */
export class LatestValue implements ChangeSource {
  private told: string | null = null;
  private nextAt = 0;

  /** @param everyMs is not read more often */
  constructor(
    private readonly event: ChangeName,
    private readonly everyMs: number,
    private readonly read: () => Promise<object>,
  ) {}

  forget(): void {
    this.told = null;
    this.nextAt = 0;
  }

  async look(accounts: ReadonlySet<string>): Promise<readonly ToldChange[]> {
    if (performance.now() < this.nextAt && accounts.size === 0) return [];
    this.nextAt = performance.now() + this.everyMs;
    const data = JSON.stringify(await this.read());
    const isNew = this.told !== null && data !== this.told;
    this.told = data;
    return isNew ? [{ message: { event: this.event, data }, accountId: null }] : [];
  }
}
