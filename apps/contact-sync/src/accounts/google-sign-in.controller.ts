import { Controller, Get, Header, Inject, Query, Redirect, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { GoogleError, GoogleSignIn } from '#google-people';
import { type Configuration } from '#platform';
import { Accounts, PendingSignIns } from '#accounts';
import { type Response } from 'express';
import { z } from 'zod';

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
    private readonly signIn: GoogleSignIn,
    private readonly pending: PendingSignIns,
    private readonly accounts: Accounts,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @Redirect()
  @NeedsScope('admin')
  @ApiOperation({ summary: 'Sends a browser to Google to connect an account' })
  @ApiResponse({ status: 302, description: "To Google's sign-in" })
  async begin(): Promise<{ url: string; statusCode: number }> {
    const state = this.pending.newState();
    const { url, codeVerifier } = await this.signIn.begin(state);
    await this.pending.add(state, codeVerifier);
    return { url, statusCode: 302 };
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
    const codeVerifier = query.state === undefined ? null : await this.pending.take(query.state);
    if (codeVerifier === null) {
      return refuse(
        400,
        'This sign-in is not known here, has been used already, or took longer than 10 minutes.',
      );
    }
    if (query.error !== undefined) {
      return refuse(query.error === 'access_denied' ? 403 : 400, `Google says: ${query.error}.`);
    }
    if (query.code === undefined) return refuse(400, 'Google sent no code.');
    try {
      const person = await this.signIn.complete(query.code, codeVerifier);
      const nextSyncAt = new Date(Date.now() + (this.configuration.SYNC_INTERVAL ?? 0));
      const account = await this.accounts.connectSignedIn(person, nextSyncAt);
      return page('Connected', `The contacts of ${account.name} can be synced now. You can close this page.`);
    } catch (error) {
      if (error instanceof GoogleError) return refuse(400, `${error.message}.`);
      throw error;
    }
  }
}
