import { type TracingConfiguration, traceWith, type WorkLog } from '#platform';

export interface Tracing {
  /** Where traces are sent. */
  readonly url: string;
  /** Sends what it has, in a short time or not at all. */
  stop(): Promise<void>;
}

/**
 * Begins to trace, where a collector is named. OpenTelemetry is loaded only there.
 *
 * @param version of the service; left out: of a program that only needs to know what trace a message belongs to
 */
export async function openTracing(
  configuration: TracingConfiguration,
  log: WorkLog,
  version?: string,
): Promise<Tracing | null> {
  const url = tracesUrl(configuration);
  if (url === null) return null;
  const { OtlpTracer } = await import('./otlp-tracer.js');
  const tracer = new OtlpTracer(url, configuration, log, version);
  traceWith(tracer);
  return {
    url,
    stop: async () => {
      traceWith(null);
      await tracer.stop();
    },
  };
}

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp */
function tracesUrl({
  OTEL_SDK_DISABLED,
  OTEL_EXPORTER_OTLP_ENDPOINT: all,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces = all === undefined ? undefined : `${all}/v1/traces`,
}: TracingConfiguration): string | null {
  return OTEL_SDK_DISABLED ? null : (traces ?? null);
}
