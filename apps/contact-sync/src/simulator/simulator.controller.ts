import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Accounts } from '#accounts';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { SIMULATED_CHANGES, PeopleSimulator } from './people-simulator.js';

const change = z.enum(SIMULATED_CHANGES);

const bodySchema = z.strictObject({
  change,
  accountId: z.uuid().optional().describe('Left out with exactly one account connected: that one'),
});

const answerSchema = z.object({ change, accountId: z.uuid(), resourceName: z.string() });

/** Nothing of anybody's is changed: so whoever may ask for a sync may also see one do something. */
@ApiTags('simulator')
@Controller('api/simulator')
@NeedsScope('operate')
export class SimulatorController {
  constructor(
    private readonly accounts: Accounts,
    private readonly simulator: PeopleSimulator,
  ) {}

  @Audited('simulator.change')
  @Post('changes')
  @OfAccount('body')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Changes a person where Google is simulated, so that the next sync has something to do',
  })
  @ApiBody({ schema: openApiSchema(bodySchema, 'input') as object })
  @ApiResponse({ status: 200, description: 'Who was changed', schema: openApiSchema(answerSchema) })
  @Problems('not-found', 'account-not-found', 'account-required', 'not-authenticated', 'google-unavailable')
  async change(
    @Body({ schema: bodySchema }) { change: asked, accountId }: z.infer<typeof bodySchema>,
  ): Promise<z.infer<typeof answerSchema>> {
    const account = await this.accounts.choose(accountId);
    return {
      change: asked,
      accountId: account.id,
      resourceName: await this.simulator.change(account, asked),
    };
  }
}
