/** Reads a batch while the one before it is being worked on, so that the work is all there is to wait for. */
export class ReadAhead<Place, Batch> {
  private ahead: { readonly after: Place; readonly batch: Promise<Batch> } | null = null;

  constructor(private readonly read: (after: Place) => Promise<Batch>) {}

  begin(after: Place): void {
    const batch = this.read(after);
    // Looked at by `next`.
    batch.catch(() => undefined);
    this.ahead = { after, batch };
  }

  /** What follows a place: what was read ahead, unless that follows another one. */
  async next(after: Place): Promise<Batch> {
    const { ahead } = this;
    if (ahead?.after !== after) {
      await this.end();
      return this.read(after);
    }
    this.ahead = null;
    return ahead.batch;
  }

  /** Waits for what is being read. */
  async end(): Promise<void> {
    await this.ahead?.batch.catch(() => undefined);
    this.ahead = null;
  }
}
