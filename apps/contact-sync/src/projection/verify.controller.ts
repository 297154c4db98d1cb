import { type BeforeApplicationShutdown, Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type ErasureReport, ErasureVerification } from '#offboarding';
import { CodedError } from '#platform';
import { type ReadModelReport, Verification } from '#read-model';
import { type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { concerning } from '../audit/request-audit.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { differenceSchema } from './projection-answer.js';

const reportSchema = z.object({
  ok: z.boolean().describe('Neither the read model nor the snapshots nor the log are at fault'),
  position: z.string().describe('The read model was to hold every event up to this position'),
  contacts: z.int().describe('Contacts in the log'),
  events: z.int().describe('Events in the log'),
  rows: z.int().describe('Contacts in the read model, deleted ones included'),
  differences: z.object({ count: z.int(), first: z.array(differenceSchema).describe('100 at most') }),
  snapshots: z
    .object({
      rows: z.int().describe('Snapshots, those of deleted contacts included'),
      differences: z.object({
        count: z.int(),
        first: z.array(differenceSchema.extend({ accountId: z.uuid() })).describe('100 at most'),
      }),
    })
    .describe(
      'What syncs keep of each contact, by which they decide what changed; `contactstream recover-snapshots` mends it',
    ),
  logFaults: z
    .object({
      count: z.int(),
      first: z
        .array(
          z.object({
            contactId: z.uuid(),
            version: z.int(),
            fault: z.enum(['version-gap', 'out-of-order', 'mislabelled', 'unreadable']),
          }),
        )
        .describe('100 at most'),
    })
    .describe('Contacts whose events are not as they were written'),
  tookMs: z.int(),
});

const bodySchema = z
  .strictObject({
    erased: z.uuid().optional().describe('Looks for what is left of this erased account instead'),
  })
  .default({});

const topicSchema = z.object({
  topic: z.string(),
  records: z.int(),
  retentionMs: z.int().nullable().describe('How long a record stays at most; null: for ever, or not known'),
});

const erasureSchema = z.object({
  ok: z.boolean().describe('It is done, and neither a table nor the state topic has anything of the account'),
  accountId: z.uuid(),
  erasedAt: z.iso.datetime().nullable().describe('null while the erasure goes on'),
  tables: z.array(z.object({ table: z.string(), rows: z.int() })),
  state: topicSchema.nullable().describe('Contacts that the compacted topic still gives; null without Kafka'),
  otherTopics: z.array(topicSchema).describe('What other topics hold until their retention ends'),
});

@ApiTags('projections')
@Controller('api/verify')
@NeedsScope('operate')
export class VerifyController implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private going: Promise<unknown> | null = null;

  constructor(
    private readonly verification: Verification,
    private readonly erasures: ErasureVerification,
  ) {}

  @Audited('verify.run')
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Folds the event log and compares the read model and the snapshots of syncs with it, contact by contact and column by column',
    description:
      'Answers when it is done; syncs and reads go on meanwhile. Hanging up ends it. With `erased` it looks through ' +
      'tables and topics for what is left of an erased account instead.',
  })
  @ApiBody({ required: false, schema: openApiSchema(bodySchema) })
  @ApiResponse({
    status: 200,
    description: 'What was found',
    schema: openApiSchema(z.union([reportSchema, erasureSchema])),
  })
  @Problems('not-found', 'erasure-not-found', 'kafka-unavailable', 'verification-in-progress')
  async verify(
    @Body({ schema: bodySchema }) { erased }: z.infer<typeof bodySchema>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof reportSchema> | z.infer<typeof erasureSchema>> {
    concerning({ accountId: erased });
    if (erased !== undefined) return erasureAnswer(await this.erasures.of(erased));
    if (this.going !== null) {
      throw new CodedError(
        'verification-in-progress',
        'A verification is going on; try again when it is done.',
      );
    }
    const hungUp = new AbortController();
    response.once('close', () => {
      hungUp.abort(new CodedError('caller-gone', 'The caller hung up.'));
    });
    const going = this.verification.run(AbortSignal.any([hungUp.signal, this.stopping.signal]));
    this.going = going.catch(() => undefined);
    try {
      return reportAnswer(await going);
    } finally {
      this.going = null;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort(new CodedError('service-stopping', 'The service is stopping; try again.'));
    await this.going;
  }
}

function erasureAnswer({ erasedAt, ...report }: ErasureReport): z.infer<typeof erasureSchema> {
  return {
    ...report,
    erasedAt: erasedAt?.toISOString() ?? null,
    tables: [...report.tables],
    otherTopics: [...report.otherTopics],
  };
}

const NOTHING_DIFFERS = { differences: 0, firstDifferences: [] };

function differencesAnswer<Found extends { readonly columns: readonly string[] }>({
  differences,
  firstDifferences,
}: {
  readonly differences: number;
  readonly firstDifferences: readonly Found[];
}) {
  const first = firstDifferences.map((difference) => ({ ...difference, columns: [...difference.columns] }));
  return { count: differences, first };
}

function reportAnswer(report: ReadModelReport): z.infer<typeof reportSchema> {
  const { ok, position, contacts, events, rows, tookMs } = report;
  return {
    ok,
    position: String(position),
    contacts,
    events,
    rows,
    differences: differencesAnswer(report),
    snapshots: {
      rows: report.state?.rows ?? 0,
      differences: differencesAnswer(report.state ?? NOTHING_DIFFERS),
    },
    logFaults: { count: report.logFaults, first: [...report.firstLogFaults] },
    tookMs,
  };
}
