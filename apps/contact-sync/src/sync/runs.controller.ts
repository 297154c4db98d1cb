import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '#platform';
import { RunQueue } from '#sync';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { AskedBy, maySee, type Principal, visibleAccount } from '../http/principal.js';
import { isUuid, limitParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { type RunDetail, runDetail, runDetailSchema, runSchema } from './run-answer.js';

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
  constructor(private readonly runs: RunQueue) {}

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
    const run = isUuid(id) ? await this.runs.find(id) : null;
    if (run === null || !maySee(principal, run.accountId)) {
      throw new Problem(404, 'run-not-found', `There is no run ${id}.`);
    }
    return runDetail(run);
  }
}
