import { applyDecorators, Body, Controller, Headers, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isPassing } from '#platform';
import { ReadModelPosition } from '#read-model';
import { DryRunSyncCommand, type RequestedMode, type Run, RunFailed, RunSyncCommand } from '#sync';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { auditEntryToWrite, concerning } from '../audit/request-audit.js';
import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { flagParameter } from '../http/query-schemas.js';
import { requestIdOf } from '../http/request-id.js';
import { NeedsScope } from '../http/scope.guard.js';
import { dryRunAnswer, dryRunSchema } from './dry-run-answer.js';
import {
  runAnswer,
  runDetail,
  runDetailSchema,
  runMessage,
  runSchema,
  statisticsAnswer,
  statisticsSchema,
} from './run-answer.js';
import { failureOf } from './run-failure-answer.js';

/** How long an answer waits for the read model to hold the account's events. */
const READ_MODEL_WAIT_MS = 10_000;

const AUDIT = { flags: { dryRun: 'sync.dry-run' }, withItsWork: true } as const;

const bodySchema = z
  .strictObject({ accountId: z.uuid().optional().describe('Left out: the only connected account') })
  .default({});

const querySchema = z.strictObject({
  dryRun: flagParameter.default(false).describe('Answers with what the run would do; nothing is stored'),
});

const doneSchema = z.object({
  status: z.enum(['success', 'held']),
  message: z.string(),
  statistics: statisticsSchema,
  run: runSchema.extend({
    readModelCaughtUp: z
      .boolean()
      .describe("Whether the read model holds every event of the account up to the run's end"),
  }),
});

/** On each method: what stands on the class is not seen beside a method's own status. */
const SyncAnswers = (): MethodDecorator =>
  applyDecorators(
    ApiResponse({
      status: 200,
      description: 'The run is over; `held`: some of its deletions wait for approval',
      schema: openApiSchema(z.union([doneSchema, dryRunSchema])),
    }),
    ApiResponse({
      status: 202,
      description: 'The run is queued; Location says where to look',
      schema: openApiSchema(runDetailSchema),
    }),
  );

type Body_ = z.infer<typeof bodySchema>;
type Query_ = z.infer<typeof querySchema>;

@ApiTags('sync')
@Controller('api/sync')
@NeedsScope('operate')
@OfAccount('body')
@ApiHeader({ name: 'Prefer', required: false, description: '`respond-async`: answer 202 at once' })
@Problems(
  'not-authenticated',
  'account-required',
  'account-not-found',
  'account-duplicate',
  'sync-in-progress',
  'sync-cancelled',
  'google-unavailable',
  'google-client-refused',
  'google-list-incomplete',
  'google-rate-limited',
  'service-stopping',
  'database-unavailable',
  'internal-error',
)
export class RunSyncController {
  constructor(
    private readonly commands: CommandBus,
    private readonly readModel: ReadModelPosition,
  ) {}

  @Audited('sync.run', AUDIT)
  @Post()
  @HttpCode(200)
  @SyncAnswers()
  @ApiOperation({ summary: 'Sync: incremental if there is a usable sync token, else full' })
  auto(
    @Body({ schema: bodySchema }) body: Body_,
    @Query({ schema: querySchema }) query: Query_,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.sync('auto', body, query, prefer, request, response);
  }

  @Audited('sync.run', AUDIT)
  @Post('full')
  @HttpCode(200)
  @SyncAnswers()
  @ApiOperation({ summary: 'Full sync: what Google no longer lists is deleted' })
  full(
    @Body({ schema: bodySchema }) body: Body_,
    @Query({ schema: querySchema }) query: Query_,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.sync('full', body, query, prefer, request, response);
  }

  @Audited('sync.run', AUDIT)
  @Post('incremental')
  @HttpCode(200)
  @SyncAnswers()
  @ApiOperation({
    summary: 'Incremental sync; without a usable sync token a full one, and fallbackReason says so',
  })
  incremental(
    @Body({ schema: bodySchema }) body: Body_,
    @Query({ schema: querySchema }) query: Query_,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.sync('incremental', body, query, prefer, request, response);
  }

  private async sync(
    mode: RequestedMode,
    { accountId }: Body_,
    { dryRun }: Query_,
    prefer: string | undefined,
    request: Request,
    response: Response,
  ): Promise<object> {
    if (dryRun) return this.dryRun(new DryRunSyncCommand(mode, accountId));
    const wait = !/(^|[,;\s])respond-async($|[,;\s])/i.test(prefer ?? '');
    const { run, lastPosition } = await this.commands.execute(
      new RunSyncCommand(mode, accountId, wait, requestIdOf(request), auditEntryToWrite()),
    );
    concerning({ accountId: run.accountId, object: run.id });
    if (lastPosition !== null) return this.answer(run, lastPosition);
    response.status(202).set({ Location: `/api/sync/runs/${run.id}`, 'Preference-Applied': 'respond-async' });
    return runDetail(run);
  }

  private async answer(run: Run, lastPosition: bigint): Promise<z.infer<typeof doneSchema>> {
    if (run.state !== 'succeeded' && run.state !== 'held') throw failureOf(run);
    const readModelCaughtUp = await this.isCaughtUp(lastPosition);
    return {
      status: run.state === 'held' ? 'held' : 'success',
      message: runMessage(run),
      statistics: statisticsAnswer(run.statistics),
      run: { ...runAnswer(run), readModelCaughtUp },
    };
  }

  /**
   * @param lastPosition of the account, not of the run: one that found nothing new tells nothing of what the read model
   * lacks of earlier ones
   */
  private async isCaughtUp(lastPosition: bigint): Promise<boolean> {
    try {
      return await this.readModel.waitFor(lastPosition, READ_MODEL_WAIT_MS);
    } catch (error) {
      // The run is over all the same.
      if (isPassing(error)) return false;
      throw error;
    }
  }

  private async dryRun(command: DryRunSyncCommand): Promise<z.infer<typeof dryRunSchema>> {
    try {
      return dryRunAnswer(await this.commands.execute(command));
    } catch (error) {
      throw error instanceof RunFailed ? failureOf({ state: 'failed', ...error.failure }) : error;
    }
  }
}
