import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CancelRunCommand, HeldDecisions, Runs } from '#sync';
import { z } from 'zod';

import { actorSchema } from '../accounts/account-answer.js';
import { Audited } from '../audit/audited.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { OfAccount, OfItsAccount } from '../http/account.guard.js';
import { pageParameters } from '../http/query-schemas.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { type RunDetail, runDetail, runDetailSchema, runSchema } from './run-answer.js';

const listQuery = z.strictObject({
  accountId: z.uuid().optional(),
  state: runSchema.shape.state.optional(),
  ...pageParameters,
});

const oneSchema = runDetailSchema.extend({
  heldDecision: z
    .object({ decision: z.enum(['approve', 'reject']), at: z.iso.datetime(), actor: actorSchema })
    .exactOptional()
    .describe(
      'What somebody decided on the deletions that it held; left out where nobody did, or nobody knows',
    ),
});

@ApiTags('sync')
@Controller('api/sync/runs')
@NeedsScope('operate')
export class RunsController {
  constructor(
    private readonly runs: Runs,
    private readonly decisions: HeldDecisions,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({ summary: 'Runs, newest first' })
  @ApiResponse({
    status: 200,
    description: 'A page of runs',
    schema: openApiSchema(pageOf(runDetailSchema)),
  })
  @Problems('invalid-cursor', 'account-not-found')
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<{ items: RunDetail[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.runs.list(query);
    return { items: items.map(runDetail), nextCursor };
  }

  @Get(':id')
  @OfItsAccount(Runs, 'run-not-found', 'run')
  @ApiOperation({ summary: 'One run, with its statistics so far and its error' })
  @ApiResponse({ status: 200, description: 'The run', schema: openApiSchema(oneSchema) })
  @Problems('run-not-found')
  async one(@Param('id', { schema: z.uuid() }) id: string): Promise<z.infer<typeof oneSchema>> {
    const run = await this.runs.get(id);
    const decided = await this.decisions.of(run);
    return {
      ...runDetail(run),
      ...(decided !== null && { heldDecision: { ...decided, at: decided.at.toISOString() } }),
    };
  }

  @Audited('run.cancel')
  @Post(':id/cancel')
  @OfItsAccount(Runs, 'run-not-found', 'run')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends a run: what its pages stored stays, the sync token stays the old one' })
  @ApiResponse({ status: 200, description: 'The run', schema: openApiSchema(runDetailSchema) })
  @Problems('run-not-found', 'run-over')
  async cancel(@Param('id') id: string): Promise<RunDetail> {
    const run = await this.runs.get(id);
    return runDetail(await this.commands.execute(new CancelRunCommand(run.id, true)));
  }
}
