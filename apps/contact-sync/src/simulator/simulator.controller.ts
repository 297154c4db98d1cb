import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Accounts } from '#accounts';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { CHANGES_OF_ONE, CHANGES_OF_SOMEBODY, PeopleSimulator } from './people-simulator.js';

const accountId = z.uuid().optional().describe('Left out with exactly one account connected: that one');
const resourceName = z
  .string()
  .regex(/^people\/[\w-]{1,100}$/)
  .describe('Of this person');

const bodySchema = z.union([
  z.strictObject({
    change: z.enum(CHANGES_OF_SOMEBODY).describe('Of a person whom the simulator chooses'),
    accountId,
  }),
  z.strictObject({ change: z.enum(CHANGES_OF_ONE).exclude(['merged']), resourceName, accountId }),
  z.strictObject({
    change: z.literal('merged'),
    resourceName,
    into: resourceName.describe('The person who stays'),
    accountId,
  }),
]);

const answerSchema = z.object({
  change: z.enum([...CHANGES_OF_SOMEBODY, ...CHANGES_OF_ONE]),
  accountId: z.uuid(),
  resourceName: z.string().describe('What the person is called after the change'),
});

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
    @Body({ schema: bodySchema }) { accountId, ...asked }: z.infer<typeof bodySchema>,
  ): Promise<z.infer<typeof answerSchema>> {
    const account = await this.accounts.choose(accountId);
    return {
      change: asked.change,
      accountId: account.id,
      resourceName: await this.simulator.change(account, asked),
    };
  }
}
