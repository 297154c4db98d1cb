import { OUTAGES, type OutageMessage } from '#platform';

/** What this process tries again and again. */
export class FailingWork {
  private readonly failing = new Set<string>();

  private readonly note = (message: unknown): void => {
    const { what, lasts } = message as OutageMessage;
    if (lasts) this.failing.add(what);
    else this.failing.delete(what);
  };

  constructor() {
    OUTAGES.subscribe(this.note);
  }

  /** As log lines name it; null: all of it gets on. */
  get first(): string | null {
    const [first = null] = this.failing;
    return first;
  }

  stop(): void {
    OUTAGES.unsubscribe(this.note);
  }
}
