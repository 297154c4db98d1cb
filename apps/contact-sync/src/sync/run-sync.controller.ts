import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '#platform';
import { ReadModelProgress } from '#read-model';
import { type RequestedMode, type Run, RunSyncCommand } from '#sync';
import { type Response } from 'express';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { NeedsScope } from '../http/scope.guard.js';
import {
  runAnswer,
  runDetail,
  runMessage,
  runSchema,
  statisticsAnswer,
  statisticsSchema,
} from './run-answer.js';

/** How long an answer waits for the read model to hold the run's events. */
const READ_MODEL_WAIT_MS = 10_000;

const bodySchema = z
  .strictObject({ accountId: z.uuid().optional().describe('Left out: the only connected account') })
  .default({});

const answerSchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  statistics: statisticsSchema,
  run: runSchema.extend({ readModelCaughtUp: z.boolean() }),
});

const FAILURE_STATUS: Readonly<Record<string, number>> = {
  'not-authenticated': 401,
  'google-list-incomplete': 502,
  'google-unavailable': 502,
  'google-rate-limited': 503,
};

/** Said where Google did not say how long to wait: the window of most of its quotas. */
const RETRY_AFTER_SECONDS = 60;

@ApiTags('sync')
@Controller('api/sync')
@NeedsScope('operate')
@ApiHeader({ name: 'Prefer', required: false, description: '`respond-async`: answer 202 at once' })
@ApiResponse({ status: 200, description: 'The run is over', schema: openApiSchema(answerSchema) })
@ApiResponse({ status: 202, description: 'The run is queued; Location says where to look' })
@ApiResponse({
  status: 401,
  description: 'not-authenticated: no account is connected, or it must sign in again',
})
@ApiResponse({ status: 404, description: 'account-not-found' })
@ApiResponse({ status: 409, description: 'sync-in-progress, with runId and Location' })
@ApiResponse({ status: 502, description: 'google-unavailable or google-list-incomplete' })
@ApiResponse({ status: 503, description: 'google-rate-limited, with Retry-After' })
export class RunSyncController {
  constructor(
    private readonly commands: CommandBus,
    private readonly readModel: ReadModelProgress,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Sync: incremental if there is a usable sync token, else full' })
  auto(
    @Body({ schema: bodySchema }) body: z.infer<typeof bodySchema>,
    @Headers('prefer') prefer: string | undefined,
    @AskedBy() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.run('auto', body.accountId, prefer, principal, response);
  }

  @Post('full')
  @HttpCode(200)
  @ApiOperation({ summary: 'Full sync: what Google no longer lists is deleted' })
  full(
    @Body({ schema: bodySchema }) body: z.infer<typeof bodySchema>,
    @Headers('prefer') prefer: string | undefined,
    @AskedBy() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.run('full', body.accountId, prefer, principal, response);
  }

  @Post('incremental')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Incremental sync; without a usable sync token a full one, and fallbackReason says so',
  })
  incremental(
    @Body({ schema: bodySchema }) body: z.infer<typeof bodySchema>,
    @Headers('prefer') prefer: string | undefined,
    @AskedBy() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.run('incremental', body.accountId, prefer, principal, response);
  }

  private async run(
    mode: RequestedMode,
    accountId: string | undefined,
    prefer: string | undefined,
    principal: Principal,
    response: Response,
  ): Promise<object> {
    const wait = !/(^|[,;\s])respond-async($|[,;\s])/i.test(prefer ?? '');
    const run = await this.commands.execute(new RunSyncCommand(mode, accountId, principal.accountId, wait));
    if (!wait) {
      response
        .status(202)
        .set({ Location: `/api/sync/runs/${run.id}`, 'Preference-Applied': 'respond-async' });
      return runDetail(run);
    }
    if (run.state !== 'succeeded') throw failure(run);
    const readModelCaughtUp =
      run.lastPosition == null || (await this.readModel.waitFor(run.lastPosition, READ_MODEL_WAIT_MS));
    return {
      status: 'success',
      message: runMessage(run),
      statistics: statisticsAnswer(run.statistics),
      run: { ...runAnswer(run), readModelCaughtUp },
    };
  }
}

function failure(run: Run): Problem {
  const code = run.errorCode ?? 'internal-error';
  const status = FAILURE_STATUS[code] ?? 500;
  const detail =
    status === 401
      ? (run.errorDetail ?? '')
      : `Sync failed: ${run.errorDetail ?? `the run was ${run.state}`}`;
  return new Problem(
    status,
    code,
    detail,
    { runId: run.id },
    status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {},
  );
}
