import { Controller, Get, Inject, Query, Redirect, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError, type Configuration } from '#platform';
import { BeginSignInCommand, CompleteSignInCommand, idOfSecret, SignIns } from '#accounts';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { beginAudit, concerning } from '../audit/request-audit.js';
import { OfAccount } from '../http/account.guard.js';
import { refusalForPage } from '../http/answered-problem.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { keepSecret, keptSecret } from './sign-in-cookie.js';
import { page, signInPageHeaders } from './sign-in-page.js';

const beginQuery = z.object({
  accountId: z
    .uuid()
    .optional()
    .describe('The account to sign in again; another person is refused. Left out: whoever comes'),
});

/** What is no single text of a fitting length counts as missing: the answer is a page, whatever was sent. */
const parameter = (longest: number) => z.string().max(longest).optional().catch(undefined);

const callbackQuery = z.looseObject({
  state: parameter(200),
  code: parameter(2_000),
  error: parameter(200),
  /** Not as the others: whatever is no single text is no name of Google's. */
  iss: z.string().catch('').optional(),
});

@ApiTags('accounts')
@Controller('api/auth/google')
export class GoogleSignInController {
  constructor(
    private readonly commands: CommandBus,
    private readonly signIns: SignIns,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Audited('sign-in.begin')
  @Get()
  @Redirect()
  @OfAccount('query')
  @NeedsScope('admin')
  @ApiOperation({ summary: 'Sends a browser to Google to connect an account' })
  @ApiResponse({
    status: 302,
    description: "To Google's sign-in, with a cookie by which the callback knows the browser that began",
  })
  @Problems('account-not-found')
  async begin(
    @Query({ schema: beginQuery }) { accountId }: z.infer<typeof beginQuery>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ url: string; statusCode: number }> {
    const command = new BeginSignInCommand(accountId);
    const begun = await this.commands.execute(command);
    concerning({ object: idOfSecret(begun.state) });
    keepSecret(response, begun, this.configuration.PUBLIC_URL);
    return { url: begun.url, statusCode: 302 };
  }

  @Audited('sign-in.complete', { isOpen: true })
  @Get('callback')
  @ApiOperation({ summary: 'Where Google sends the browser back; answers with a page' })
  @ApiResponse({ status: 200, description: 'The account is connected' })
  @ApiResponse({
    status: 303,
    description:
      'Back to the `returnUrl` of the link that led here, with `outcome` (`connected`, `refused`, `wrong-account` or `failed`) and, once connected, `accountId`',
  })
  @ApiResponse({ status: 400, description: 'The sign-in was refused; the page says why' })
  @ApiResponse({
    status: 403,
    description:
      'The person did not agree, or is not the one who was asked for; or the sign-in was begun in another browser',
  })
  @ApiResponse({ status: 409, description: 'The page was opened before, and the account is connected' })
  async complete(
    @Query({ schema: callbackQuery }) query: z.infer<typeof callbackQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { state, code, error, iss: issuer } = query;
    const secret = keptSecret(request, state);
    const open = await this.signIns.open(state, secret);
    if (open !== null) {
      concerning({ object: open.id, accountId: open.accountId });
      await beginAudit({ kind: open.linkId === null ? 'person' : 'link', name: open.linkId });
    }
    try {
      const command = new CompleteSignInCommand({ state, code, error, issuer, secret });
      const { account, returnTo } = await this.commands.execute(command);
      concerning({ accountId: account.id });
      const text = `The contacts of ${account.name} can be synced now. You can close this page.`;
      end(response, page('Connected', text), returnTo);
    } catch (failure) {
      const refused = refusalForPage(failure, response);
      const { returnTo } = refused.facts;
      end(response, this.refusal(refused), returnTo === undefined ? null : String(returnTo));
    }
  }

  private refusal({ code, message, facts: { accountId, begunBy } }: CodedError): string {
    if (code === 'sign-in-done') return page('Connected', `${message} You can close this page.`);
    if (begunBy === 'link') return page('Not connected', `${message} Open your link again to try once more.`);
    const again = accountId === undefined ? '' : `?accountId=${accountId}`;
    const start = `${this.configuration.PUBLIC_URL}/api/auth/google${again}`;
    return page('Not connected', `${message} Start again at ${start}.`);
  }
}

/** Sends the browser on, where it is to go elsewhere; else shows the page. */
function end(response: Response, shown: string, returnTo: string | null): void {
  response.set(signInPageHeaders());
  if (returnTo === null) response.send(shown);
  else response.redirect(303, returnTo);
}
