import { Controller, Get, Header, Inject, Query, Redirect, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError, type Configuration } from '#platform';
import { BeginSignInCommand, CompleteSignInCommand } from '#accounts';
import { type Response } from 'express';
import { z } from 'zod';

import { isProblemCode, problemKind } from '../http/problems.js';
import { NeedsScope } from '../http/scope.guard.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { page } from './sign-in-page.js';

const callbackQuery = z.looseObject({
  state: z.string().max(200).optional(),
  code: z.string().max(2_000).optional(),
  error: z.string().max(200).optional(),
});

@ApiTags('accounts')
@Controller('api/auth/google')
export class GoogleSignInController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @Redirect()
  @NeedsScope('admin')
  @ApiOperation({ summary: 'Sends a browser to Google to connect an account' })
  @ApiResponse({ status: 302, description: "To Google's sign-in" })
  async begin(): Promise<{ url: string; statusCode: number }> {
    return { url: await this.commands.execute(new BeginSignInCommand()), statusCode: 302 };
  }

  @Get('callback')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
  @Header('Referrer-Policy', 'no-referrer')
  @ApiOperation({ summary: 'Where Google sends the browser back; answers with a page' })
  @ApiResponse({ status: 200, description: 'The account is connected' })
  @ApiResponse({ status: 400, description: 'The sign-in was refused; the page says why' })
  async complete(
    @Query({ schema: callbackQuery }) query: z.infer<typeof callbackQuery>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const refuse = (status: number, why: string): string => {
      response.status(status);
      return page('Not connected', `${why} Start again at ${this.configuration.PUBLIC_URL}/api/auth/google.`);
    };
    const { state, code, error } = query;
    try {
      const account = await this.commands.execute(new CompleteSignInCommand({ state, code, error }));
      return page('Connected', `The contacts of ${account.name} can be synced now. You can close this page.`);
    } catch (failure) {
      if (!(failure instanceof CodedError && isProblemCode(failure.code))) throw failure;
      return refuse(problemKind(failure.code).status, failure.message);
    }
  }
}
