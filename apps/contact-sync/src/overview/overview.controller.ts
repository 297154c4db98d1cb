import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { Overview } from './overview.js';
import { type OverviewAnswer, overviewSchema } from './overview-answer.js';

const overviewQuery = z.strictObject({ accountId: z.uuid().optional().describe('Only this account') });

@ApiTags('sync')
@Controller('api/overview')
@NeedsScope('operate')
export class OverviewController {
  constructor(private readonly overview: Overview) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({
    summary: 'How everything stands: accounts, the last day, the way of a change, runs, trouble',
  })
  @ApiResponse({ status: 200, description: 'The overview', schema: openApiSchema(overviewSchema) })
  @Problems('account-not-found')
  async look(
    @Query({ schema: overviewQuery }) query: z.infer<typeof overviewQuery>,
  ): Promise<OverviewAnswer> {
    return this.overview.of(query.accountId ?? null);
  }
}
