import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Configuration } from '#platform';
import { BeginSignInCommand, ConnectLinks, CreateConnectLinkCommand, idOfSecret } from '#accounts';
import { type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { beginAudit, concerning } from '../audit/request-audit.js';
import { refusalForPage } from '../http/answered-problem.js';
import { openApiSchema } from '../http/answers.js';
import { html } from '../http/html.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { reference } from './reference-schema.js';
import { keepSecret } from './sign-in-cookie.js';
import { page, signInPageHeaders } from './sign-in-page.js';

const draftSchema = z.strictObject({
  reference: reference
    .optional()
    .describe(
      'What you call the account. A new account gets it, and so does one that the person has already; the account that has it already is signed in again',
    ),
  returnUrl: z
    .string()
    .max(2_000)
    .optional()
    .describe(
      'Where the browser goes afterwards, with `outcome` (`connected`, `refused`, `wrong-account` or `failed`) and, once connected, `accountId` in its query. Its origin must be one of RETURN_URLS',
    ),
  loginHint: z
    .string()
    .min(1)
    .max(254)
    .optional()
    .describe('The address of the person whom Google is to offer'),
});

const linkSchema = z.object({
  url: z.url().describe('For one person: whoever opens it can connect their contacts'),
  expiresAt: z.iso.datetime(),
});

/** For products that embed this one. */
@ApiTags('accounts')
@Controller('api/auth/google/links')
export class ConnectLinksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly links: ConnectLinks,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Audited('connect-link.create')
  @Post()
  @HttpCode(201)
  @NeedsScope('admin')
  @ApiOperation({ summary: 'Makes a one-time link by which a person connects an account; it lives 24 hours' })
  @ApiBody({ required: false, schema: openApiSchema(draftSchema) })
  @ApiResponse({ status: 201, description: 'The link', schema: openApiSchema(linkSchema) })
  @Problems('return-url-not-allowed', 'not-found')
  async create(
    @Body({ schema: draftSchema.optional() }) draft: z.infer<typeof draftSchema> | undefined,
  ): Promise<z.infer<typeof linkSchema>> {
    const { token, expiresAt } = await this.commands.execute(new CreateConnectLinkCommand(draft ?? {}));
    concerning({ object: idOfSecret(token) });
    return {
      url: `${this.configuration.PUBLIC_URL}/api/auth/google/links/${token}`,
      expiresAt: expiresAt.toISOString(),
    };
  }

  @Get(':token')
  @ApiOperation({ summary: 'The page of a link; opening it uses nothing up' })
  @ApiResponse({ status: 200, description: 'A page with a button that leads to Google' })
  @Problems('link-unknown', 'link-over')
  async show(@Param('token') token: string, @Res() response: Response): Promise<void> {
    await this.orRefusal(response, async () => {
      await this.links.get(token);
      const button = html`<form method="post"><button>Continue to Google</button></form>`;
      const text =
        'You are about to connect the contacts of your Google account. Google asks you first whether you agree; leave the box for contacts ticked there.';
      // Browsers look at where the form leads in the end, too.
      const google = new URL(this.configuration.GOOGLE_OAUTH_AUTH_URL).origin;
      response.set(signInPageHeaders(`'self' ${google}`)).send(page('Connect your contacts', text, button));
    });
  }

  @Audited('sign-in.begin', { isOpen: true })
  @Post(':token')
  @ApiOperation({ summary: 'The button on the page of a link' })
  @ApiResponse({
    status: 303,
    description: "To Google's sign-in, with a cookie by which the callback knows the browser that began",
  })
  @Problems('link-unknown', 'link-over')
  async begin(@Param('token') token: string, @Res() response: Response): Promise<void> {
    await this.orRefusal(response, async () => {
      await this.links.get(token);
      await beginAudit({ kind: 'link', name: idOfSecret(token) });
      const begun = await this.commands.execute(new BeginSignInCommand(undefined, token));
      concerning({ object: idOfSecret(begun.state) });
      keepSecret(response, begun, this.configuration.PUBLIC_URL);
      response.set(signInPageHeaders()).redirect(303, begun.url);
    });
  }

  /** Whoever opens a link is a person: what is wrong with it is told on a page. */
  private async orRefusal(response: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      const { message } = refusalForPage(failure, response);
      response.set(signInPageHeaders()).send(page('Not connected', message));
    }
  }
}
