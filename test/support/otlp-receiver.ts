import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { parse } from 'protobufjs';

/** The part of https://github.com/open-telemetry/opentelemetry-proto that is read here. */
const { root } = parse(`
  syntax = "proto3";
  message Export { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
    Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`);
const EXPORT = root.lookupType('Export');

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: of none. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
  readonly isError: boolean;
}

interface Pair {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}
interface Decoded {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly { readonly spans: readonly DecodedSpan[] }[];
  }[];
}
interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly Pair[];
  readonly status?: { readonly code?: number };
}

const STATUS_CODE_ERROR = 2;

/** A collector of traces, by OTLP as protobuf over HTTP. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Of the last export. */
  headers: Readonly<Record<string, unknown>> = {};

  private constructor(private readonly server: Server) {}

  /** @param answers false: it takes what comes, and never answers */
  static async start(answers = true): Promise<OtlpReceiver> {
    const server = createServer((request, response) => {
      void buffer(request).then((body) => {
        if (request.url === '/v1/traces') receiver.take(body, request.headers);
        if (answers) response.setHeader('content-type', 'application/x-protobuf').end();
      });
    });
    const receiver = new OtlpReceiver(server);
    await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  of(runId: string): ReceivedSpan[] {
    return this.spans.filter(({ traceId }) => traceId === runId.replaceAll('-', ''));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private take(body: Buffer, headers: Readonly<Record<string, unknown>>): void {
    this.headers = headers;
    const { resourceSpans } = EXPORT.toObject(EXPORT.decode(body), {
      longs: Number,
      bytes: String,
    }) as Decoded;
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push({
          traceId: hex(span.traceId),
          spanId: hex(span.spanId),
          parentSpanId: hex(span.parentSpanId ?? ''),
          name: span.name,
          attributes: valuesOf(span.attributes ?? []),
          resource: valuesOf(resource.attributes),
          isError: span.status?.code === STATUS_CODE_ERROR,
        });
      }
    }
  }
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

function valuesOf(pairs: readonly Pair[]): ReceivedSpan['attributes'] {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0] ?? '']));
}
