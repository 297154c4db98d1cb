import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { OpenIdProvider, OpenSessionCommand } from '#access';
import { CodedError, type Configuration } from '#platform';
import { type Request, type Response } from 'express';
import { type Logger } from 'pino';

import { page, signInPageHeaders } from '../accounts/sign-in-page.js';
import { Audited } from '../audit/audited.js';
import { beginAudit } from '../audit/request-audit.js';
import { OfAccount } from '../http/account.guard.js';
import { refusalForPage } from '../http/answered-problem.js';
import { Problems } from '../http/problem-answers.js';
import { keepSession } from '../http/session-cookie.js';
import { CONFIGURATION, LOGGER } from '../injection-tokens.js';
import { forgetSignIn, keepSignIn, keptSignIn } from './oidc-cookie.js';

/** People sign in to the page by OpenID Connect; what is wrong is told on a page. */
@ApiTags('access')
@Controller('api/session/oidc')
@OfAccount('none')
@Problems('oidc-not-configured', 'oidc-unavailable')
export class OidcController {
  constructor(
    @Inject(OpenIdProvider) private readonly provider: OpenIdProvider | null,
    private readonly commands: CommandBus,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Sends a browser to the OpenID provider to sign in' })
  @ApiResponse({
    status: 302,
    description: 'To the provider, with a cookie by which the callback knows the browser that began',
  })
  async begin(@Res() response: Response): Promise<void> {
    await this.orPage(response, async () => {
      const { url, secret } = await this.configured().begin();
      keepSignIn(response, secret, this.configuration.PUBLIC_URL);
      response.set(signInPageHeaders()).redirect(302, url);
    });
  }

  @Audited('session.open', { isOpen: true })
  @Get('callback')
  @ApiOperation({ summary: 'Where the OpenID provider sends the browser back' })
  @ApiResponse({ status: 303, description: 'To the page, with the cookie of a session' })
  @Problems('oidc-sign-in-unknown', 'oidc-refused', 'person-without-scope')
  async complete(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.orPage(response, async () => {
      const provider = this.configured();
      const { PUBLIC_URL: publicUrl } = this.configuration;
      const query = request.originalUrl.split('?')[1] ?? '';
      const secret = keptSignIn(request, new URLSearchParams(query).get('state') ?? '');
      if (secret === null) throw unknownSignIn();
      forgetSignIn(response, secret, publicUrl);
      const person = await provider.complete(query, secret);
      await beginAudit({ kind: 'person', name: person.name });
      const opened = await this.commands.execute(new OpenSessionCommand({ person }));
      keepSession(response, opened.secret, opened.session.expiresAt, publicUrl);
      response.set(signInPageHeaders()).redirect(303, `${publicUrl}/`);
    });
  }

  private configured(): OpenIdProvider {
    if (this.provider !== null) return this.provider;
    throw new CodedError(
      'oidc-not-configured',
      'Nobody signs in here by OpenID Connect: OIDC_ISSUER is not set. Use an API token.',
    );
  }

  private async orPage(response: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      const { code, message, cause } = refusalForPage(failure, response);
      const isOurs = code === 'oidc-refused' || code === 'oidc-unavailable';
      if (isOurs) this.log.warn({ code, reason: reasonOf(cause) }, 'a sign-in by OpenID Connect failed');
      const start = `${this.configuration.PUBLIC_URL}/api/session/oidc`;
      const again = code === 'oidc-not-configured' ? '' : ` To try again, open ${start}.`;
      response.set(signInPageHeaders()).send(page('Not signed in', `${message}${again}`));
    }
  }
}

/** The code of what the library found, without anybody's words. */
function reasonOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function unknownSignIn(): CodedError {
  return new CodedError(
    'oidc-sign-in-unknown',
    'This browser did not begin this sign-in, began it more than 10 minutes ago, or keeps no cookies of this service.',
  );
}
