import { errorForLog, type WorkLog } from '#platform';
import { type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Says once that traces do not arrive, and once that they do again. */
export class ToldExporter implements SpanExporter {
  private fails = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly url: string,
    private readonly log: WorkLog,
  ) {}

  export(spans: ReadableSpan[], done: (result: Result) => void): void {
    this.exporter.export(spans, (result) => {
      this.tell(result.error);
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private tell(error: Error | undefined): void {
    const fails = error !== undefined;
    if (fails === this.fails) return;
    this.fails = fails;
    if (fails) {
      const { url } = this;
      this.log.warn(
        { err: errorForLog(error), url },
        'traces do not reach the collector, and are dropped until they do',
      );
    } else this.log.info('traces reach the collector again');
  }
}
