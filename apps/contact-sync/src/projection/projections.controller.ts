import { Controller, Delete, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CommandBus } from '@nestjs/cqrs';
import { CancelRebuildCommand, ReadModelPosition, Rebuilds, RequestRebuildCommand } from '#read-model';
import { type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { type ProjectionAnswer, projectionAnswer, projectionSchema } from './projection-answer.js';

const CONTACTS = '/api/projections/contacts';

@ApiTags('projections')
@Controller('api/projections')
@NeedsScope('operate')
@Problems('not-found')
export class ProjectionsController {
  constructor(
    private readonly readModel: ReadModelPosition,
    private readonly rebuilds: Rebuilds,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The read models, how far they are, and rebuilds that are going on' })
  @ApiResponse({
    status: 200,
    description: 'The projections',
    schema: openApiSchema(z.object({ items: z.array(projectionSchema) })),
  })
  async list(): Promise<{ items: ProjectionAnswer[] }> {
    return { items: [await this.contacts()] };
  }

  @Get('contacts')
  @ApiOperation({ summary: 'The read model of contacts' })
  @ApiResponse({ status: 200, description: 'The projection', schema: openApiSchema(projectionSchema) })
  async contacts(): Promise<ProjectionAnswer> {
    const [position, lag, followed, rebuilds] = await Promise.all([
      this.readModel.position(),
      this.readModel.lag(),
      this.readModel.isFollowed(),
      this.rebuilds.latest(),
    ]);
    return projectionAnswer(position, lag, followed, rebuilds);
  }

  @Audited('rebuild.request')
  @Post('contacts/rebuild')
  @HttpCode(202)
  @NeedsScope('admin')
  @ApiOperation({
    summary: 'Makes the read model anew from the event log; the old one serves until it is complete',
  })
  @ApiResponse({
    status: 202,
    description:
      'It is queued; `Location` says where its progress shows. With the state `stopped` it waits until a process with the ' +
      'role projector runs',
    schema: openApiSchema(projectionSchema),
  })
  @Problems('rebuild-in-progress')
  async rebuild(@Res({ passthrough: true }) response: Response): Promise<ProjectionAnswer> {
    // Of a refusal, too: there is the one that is going on.
    response.set('Location', CONTACTS);
    await this.commands.execute(new RequestRebuildCommand());
    return this.contacts();
  }

  @Audited('rebuild.cancel')
  @Delete('contacts/rebuild')
  @HttpCode(202)
  @NeedsScope('admin')
  @ApiOperation({ summary: 'Cancels the rebuild that is going on; the old read model stays' })
  @ApiResponse({
    status: 202,
    description: 'What was made of the new one is removed',
    schema: openApiSchema(projectionSchema),
  })
  @Problems('not-found', 'rebuild-not-found')
  async cancel(): Promise<ProjectionAnswer> {
    await this.commands.execute(new CancelRebuildCommand());
    return this.contacts();
  }
}
