import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CommandBus } from '@nestjs/cqrs';
import { CancelRunCommand, Runs } from '#sync';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { AskedBy, type Principal, visibleAccount } from '../http/principal.js';
import { limitParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { type RunDetail, runDetail, runDetailSchema, runSchema } from './run-answer.js';
import { visibleRun } from './visible-run.js';

const listQuery = z.strictObject({
  accountId: z.uuid().optional(),
  state: runSchema.shape.state.optional(),
  limit: limitParameter(500, 50),
  cursor: z.string().optional(),
});

const place = z.object({ queuedAt: z.iso.datetime(), id: z.uuid() });

@ApiTags('sync')
@Controller('api/sync/runs')
@NeedsScope('operate')
export class RunsController {
  constructor(
    private readonly runs: Runs,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Runs, newest first' })
  @ApiResponse({
    status: 200,
    description: 'A page of runs',
    schema: openApiSchema(z.object({ items: z.array(runDetailSchema), nextCursor: z.string().nullable() })),
  })
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @AskedBy() principal: Principal,
  ): Promise<{ items: RunDetail[]; nextCursor: string | null }> {
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, place);
    const runs = await this.runs.list({
      accountId: visibleAccount(principal, query.accountId),
      state: query.state,
      before: cursor === undefined ? undefined : { queuedAt: new Date(cursor.queuedAt), id: cursor.id },
      limit: query.limit + 1,
    });
    const items = runs.slice(0, query.limit);
    const last = runs.length > query.limit ? items.at(-1) : undefined;
    return {
      items: items.map(runDetail),
      nextCursor:
        last === undefined ? null : encodeCursor({ queuedAt: last.queuedAt.toISOString(), id: last.id }),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One run, with its statistics so far and its error' })
  @ApiResponse({ status: 200, description: 'The run', schema: openApiSchema(runDetailSchema) })
  @ApiResponse({ status: 404, description: 'run-not-found' })
  async one(
    @Param('id', { schema: z.uuid() }) id: string,
    @AskedBy() principal: Principal,
  ): Promise<RunDetail> {
    return runDetail(await visibleRun(this.runs, id, principal));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends a run: what its pages stored stays, the sync token stays the old one' })
  @ApiResponse({ status: 200, description: 'The run', schema: openApiSchema(runDetailSchema) })
  @ApiResponse({ status: 404, description: 'run-not-found' })
  @ApiResponse({ status: 409, description: 'run-over: there is nothing to cancel' })
  async cancel(@Param('id') id: string, @AskedBy() principal: Principal): Promise<RunDetail> {
    const run = await visibleRun(this.runs, id, principal);
    return runDetail(await this.commands.execute(new CancelRunCommand(run.id, true)));
  }
}
