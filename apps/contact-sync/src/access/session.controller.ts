import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Credentials, EndSessionCommand, OpenSessionCommand } from '#access';
import { type Configuration } from '#platform';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { beginAudit } from '../audit/request-audit.js';
import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { principalOf, sessionOf } from '../http/principal.js';
import { Problems } from '../http/problem-answers.js';
import { forgetSession, keepSession, sessionSecretIn } from '../http/session-cookie.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { sessionAnswer, sessionSchema } from './session-answer.js';

const bodySchema = z.strictObject({ token: z.string().min(1).max(1_000).describe('An API token') });

const SESSION = { description: 'Who one is', schema: openApiSchema(sessionSchema) };

/** For pages: a browser is known by a cookie that no script can read. */
@ApiTags('access')
@Controller('api/session')
@OfAccount('none')
export class SessionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly credentials: Credentials,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Audited('session.open', { isOpen: true })
  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Exchanges an API token for a session with a cookie' })
  @ApiBody({ schema: openApiSchema(bodySchema) })
  @ApiResponse({ status: 200, ...SESSION })
  @Problems('invalid-request', 'invalid-api-token')
  async open(
    @Body({ schema: bodySchema }) opener: z.infer<typeof bodySchema>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof sessionSchema>> {
    const holder = await this.credentials.holderOf(opener.token);
    if (holder !== null) await beginAudit({ kind: 'token', name: holder.principal.name });
    const { secret, session } = await this.commands.execute(new OpenSessionCommand(opener));
    keepSession(response, secret, session.expiresAt, this.configuration.PUBLIC_URL);
    return sessionAnswer(session.principal, session);
  }

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Who one is: by a session, by a token, or anyone where no credential is needed' })
  @ApiResponse({ status: 200, ...SESSION })
  @Problems('invalid-api-token')
  show(@Req() request: Request): z.infer<typeof sessionSchema> {
    return sessionAnswer(principalOf(request), sessionOf(request));
  }

  @Audited('session.end')
  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends the session of the cookie' })
  @ApiResponse({ status: 204, description: 'There is none any more' })
  @Problems('invalid-api-token', 'csrf-token-missing')
  async end(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const secret = sessionSecretIn(request);
    if (secret !== undefined && sessionOf(request) !== null) {
      await this.commands.execute(new EndSessionCommand(secret));
    }
    forgetSession(response, this.configuration.PUBLIC_URL);
  }
}
