import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { AnswersWithEvents } from '../http/server-sent/answers-with-events.js';
import { EventStreams } from '../http/server-sent/event-streams.js';
import { CHANGE_MESSAGES } from './change-messages.js';
import { ChangeWatch } from './change-watch.js';

const streamQuery = z.strictObject({
  accountId: z.uuid().optional().describe('Only this account and its runs, without lags and trouble'),
});

@ApiTags('sync')
@Controller('api/stream')
@NeedsScope('operate')
export class ChangesController {
  constructor(
    private readonly streams: EventStreams,
    private readonly watch: ChangeWatch,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({
    summary:
      'What changes: accounts, runs, lags, what waits for a person. Nothing of the past: whoever comes back asks for ' +
      'the present state first',
  })
  @AnswersWithEvents(CHANGE_MESSAGES)
  @Problems('too-many-streams', 'service-stopping', 'account-not-found')
  async stream(
    @Query({ schema: streamQuery }) { accountId }: z.infer<typeof streamQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const stream = this.streams.begin(request, response);
    const unwatch = this.watch.watch(accountId ?? null, (message) => {
      stream.send(message);
    });
    await stream.ended;
    unwatch();
  }
}
