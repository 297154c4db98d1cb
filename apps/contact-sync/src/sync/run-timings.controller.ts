import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Runs, RunTimings } from '#sync';
import { z } from 'zod';

import { OfItsAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { ReachedPositions } from './reached-positions.js';

const time = z.iso.datetime();

const reachedSchema = z
  .object({ at: time.describe('To the second or so'), position: z.string() })
  .nullable()
  .describe('When all events of the run were there; null: not yet, or there are none, or it is long ago');

const timingsSchema = z.object({
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  token: z
    .object({ askedAt: time, answeredAt: time })
    .nullable()
    .describe('Of the access token, where one had to be asked for'),
  pages: z
    .array(
      z.object({
        number: z.int().describe('In the order in which they were stored'),
        askedAt: time,
        answeredAt: time,
        storedAt: time,
        persons: z.int(),
        events: z.int(),
        quarantined: z.int(),
        tries: z
          .array(z.object({ at: time, code: z.string(), waitMs: z.int() }))
          .describe('Those that failed, and how long was waited after each'),
      }),
    )
    .describe('The first 1,000; of a run of before this was stored, none'),
  compare: z
    .object({ startedAt: time, finishedAt: time, asked: z.int(), gone: z.int() })
    .nullable()
    .describe('Of a full sync: Google was asked about the contacts that the list left out'),
  reached: z.object({
    kafka: reachedSchema.optional().describe('Left out without Kafka'),
    readModel: reachedSchema,
  }),
});

@ApiTags('sync')
@Controller('api/sync/runs/:id/timings')
@NeedsScope('operate')
export class RunTimingsController {
  constructor(
    private readonly runs: Runs,
    private readonly timings: RunTimings,
    private readonly reached: ReachedPositions,
  ) {}

  @Get()
  @OfItsAccount(Runs, 'run-not-found', 'run')
  @ApiOperation({
    summary: 'When what a run consists of was asked for, answered and stored, and its events had arrived',
  })
  @ApiResponse({ status: 200, description: 'The times', schema: openApiSchema(timingsSchema) })
  @Problems('run-not-found')
  async timingsOf(@Param('id', { schema: z.uuid() }) id: string): Promise<z.infer<typeof timingsSchema>> {
    const run = await this.runs.get(id);
    const [{ token, pages, compare }, reached] = await Promise.all([
      this.timings.of(run.id),
      this.reached.of(run.lastPosition ?? null),
    ]);
    return {
      startedAt: run.startedAt?.toISOString() ?? null,
      finishedAt: run.finishedAt?.toISOString() ?? null,
      token:
        token === null
          ? null
          : { askedAt: token.askedAt.toISOString(), answeredAt: token.answeredAt.toISOString() },
      pages: pages.map(({ askedAt, answeredAt, storedAt, tries, ...counts }) => ({
        ...counts,
        askedAt: askedAt.toISOString(),
        answeredAt: answeredAt.toISOString(),
        storedAt: storedAt.toISOString(),
        tries: tries.map(({ at, ...told }) => ({ at: at.toISOString(), ...told })),
      })),
      compare:
        compare === null
          ? null
          : {
              startedAt: compare.startedAt.toISOString(),
              finishedAt: compare.finishedAt.toISOString(),
              asked: run.absences.asked,
              gone: run.absences.gone,
            },
      reached,
    };
  }
}
