import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

/** The ids of a run's trace, and of the span that is the run. Both are made of the run's own id, which is random. */
export function idsOfRun(runId: string): { readonly traceId: string; readonly spanId: string } {
  const traceId = runId.replaceAll('-', '').toLowerCase();
  return { traceId, spanId: traceId.slice(16) };
}

/** Random ids, but for the span of a run. */
export class RunIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private run: ReturnType<typeof idsOfRun> | null = null;

  /** @param begin begins the run's span */
  of<T>(runId: string, begin: () => T): T {
    this.run = idsOfRun(runId);
    try {
      return begin();
    } finally {
      this.run = null;
    }
  }

  generateTraceId(): string {
    return this.run?.traceId ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return this.run?.spanId ?? this.random.generateSpanId();
  }
}
