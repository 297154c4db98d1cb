import { setTimeout as delay } from 'node:timers/promises';

import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as SpanMaker,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  errorType,
  type Note,
  type Step,
  type TracedRun,
  type Tracer,
  type TracingConfiguration,
  type WorkLog,
} from '#platform';

import { rootSampler } from './root-sampler.js';
import { idsOfRun, RunIds } from './run-ids.js';
import { ToldExporter } from './told-exporter.js';

const RUN = 'sync run';

const KINDS = {
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** How long a stop waits for the last spans to be sent. */
const FLUSH_MS = 1_500;

/** Traces by OpenTelemetry, sent by OTLP as protobuf over HTTP. */
export class OtlpTracer implements Tracer {
  private readonly ids = new RunIds();
  private readonly sampler: Sampler;
  private readonly provider: TracerProvider;
  private readonly spans: SpanMaker;

  constructor(url: string, configuration: TracingConfiguration, log: WorkLog, version?: string) {
    this.sampler = rootSampler(configuration);
    const { OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = configuration;
    const exporter = new OTLPTraceExporter({ url, headers });
    this.provider = new TracerProvider({
      idGenerator: this.ids,
      sampler: new ParentBasedSampler({ root: this.sampler }),
      resource: resourceFromAttributes({
        'service.name': 'contactstream',
        ...(version === undefined ? {} : { 'service.version': version }),
      }).merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] })),
      spanProcessors: [new BatchSpanProcessor({ exporter: new ToldExporter(exporter, url, log) })],
    });
    this.spans = this.provider.getTracer('contactstream', version);
  }

  traceparent(runId: string): string {
    const { traceId, spanId } = idsOfRun(runId);
    const { decision } = this.sampler.shouldSample(ROOT_CONTEXT, traceId, RUN, SpanKind.INTERNAL, {}, []);
    const flags = decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
    return `00-${traceId}-${spanId}-0${flags}`;
  }

  run({ runId, startedAt, attributes, error }: TracedRun): void {
    const span = this.ids.of(runId, () =>
      this.spans.startSpan(RUN, { root: true, startTime: startedAt, attributes }, ROOT_CONTEXT),
    );
    if (error !== null) setError(span, error);
    span.end();
  }

  /** A span in each of the traces. */
  async step<T>(step: Step, parents: readonly string[], work: (note: Note) => Promise<T>): Promise<T> {
    const spans = [...Map.groupBy(parents, (parent) => parent)].map(([parent, { length }]) => {
      const kind = KINDS[step.kind ?? 'internal'];
      const count = step.parents === undefined ? {} : { 'messaging.batch.message_count': length };
      return this.spans.startSpan(
        step.name,
        { kind, attributes: { ...step.attributes, ...count } },
        contextOf(parent),
      );
    });
    try {
      return await work((attributes) => {
        for (const span of spans) span.setAttributes(attributes);
      });
    } catch (error) {
      for (const span of spans) setError(span, errorType(error));
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  }

  async stop(): Promise<void> {
    const grace = new AbortController();
    await Promise.race([
      this.provider.shutdown().catch(() => undefined),
      delay(FLUSH_MS, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
  }
}

/** Of our own making, or of a message that carries it. */
function contextOf(traceparent: string): Context {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

function setError(span: Span, type: string): void {
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
}
