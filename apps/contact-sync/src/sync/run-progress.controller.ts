import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { isOver, RUN_PHASES, type RunProgress, Runs, RunWatch } from '#sync';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { OfItsAccount } from '../http/account.guard.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { AnswersWithEvents } from '../http/server-sent/answers-with-events.js';
import { EventStreams } from '../http/server-sent/event-streams.js';
import { runDetail, runDetailSchema } from './run-answer.js';

const progressSchema = z.object({
  run: runDetailSchema,
  phase: z.enum(RUN_PHASES).describe('What it is at'),
  page: z.int().describe('How many pages are stored'),
  totalItems: z.int().nullable().describe('How many persons Google said the list has'),
  wait: z
    .object({
      until: z.iso.datetime(),
      tryNumber: z.int().describe('How many tries there were'),
      of: z.int(),
      reason: z.string().describe('The code of the failure'),
    })
    .nullable()
    .describe('Before Google is asked again'),
});

const finishedSchema = z.object({ run: runDetailSchema });

@ApiTags('sync')
@Controller('api/sync/runs/:id/progress')
@NeedsScope('operate')
export class RunProgressController {
  constructor(
    private readonly runs: Runs,
    private readonly watch: RunWatch,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @OfItsAccount(Runs, 'run-not-found', 'run')
  @ApiOperation({
    summary: 'How a run goes on, whichever process carries it out; of one that is over, its end at once',
  })
  @AnswersWithEvents({ progress: progressSchema, finished: finishedSchema })
  @Problems('run-not-found', 'too-many-streams', 'service-stopping')
  async progress(
    @Param('id', { schema: z.uuid() }) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id: runId } = await this.runs.get(id);
    const stream = this.streams.begin(request, response);
    let last = '';
    const unwatch = this.watch.watch(runId, (progress) => {
      const isLast = progress === null || isOver(progress.run);
      if (progress !== null) {
        const data = JSON.stringify(isLast ? { run: runDetail(progress.run) } : progressAnswer(progress));
        if (data !== last) stream.send({ event: isLast ? 'finished' : 'progress', data });
        last = data;
      }
      if (isLast) stream.end();
    });
    await stream.ended;
    unwatch();
  }
}

function progressAnswer({ run, phase, wait }: RunProgress): z.infer<typeof progressSchema> {
  return {
    run: runDetail(run),
    phase,
    page: run.statistics.pages,
    totalItems: run.totalItems ?? null,
    wait,
  };
}
