/** Gives up waiting when something takes too long, or when the publisher is closed meanwhile. */
export class UntilClosed {
  private readonly closing = Promise.withResolvers<never>();
  private closed = false;

  constructor() {
    // Nobody may be waiting when it rejects.
    this.closing.promise.catch(() => undefined);
  }

  isClosed(): boolean {
    return this.closed;
  }

  close(): void {
    this.closed = true;
    this.closing.reject(new Error('The publisher is closed'));
  }

  /** @throws when it is closed */
  async wait<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.closing.promise]);
  }

  /** @throws when it takes longer, or is closed */
  async within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new Error(`Kafka did not answer within ${milliseconds} ms`));
    }, milliseconds);
    try {
      return await this.wait(Promise.race([work(), late]));
    } finally {
      clearTimeout(timer);
    }
  }
}
