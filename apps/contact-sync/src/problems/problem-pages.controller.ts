import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError } from '#platform';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { type Html, html } from '../http/html.js';
import { htmlPage } from '../http/html-page.js';
import { inlineStyle, pageHeaders } from '../http/page-headers.js';
import { Problems } from '../http/problem-answers.js';
import { isProblemCode, type ProblemKind, PROBLEMS, problemType } from '../http/problems.js';

const problemSchema = z.object({
  code: z.string(),
  type: z.string().describe('As in the answers that tell of it, and where this stands'),
  status: z.int(),
  title: z.string(),
  meaning: z.string(),
  remedy: z.string().describe('What to do'),
});
type ProblemAnswer = z.infer<typeof problemSchema>;

const STYLE = inlineStyle(`
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 8vh auto; padding: 0 1rem; }
  code { font-size: 0.95em; }
  small { color: #666; }
  @media (prefers-color-scheme: dark) { html { color-scheme: dark; } small { color: #aaa; } }
`);

/** What errors mean and what to do: where `type` of an answer leads. JSON for programs, a page for browsers. */
@ApiTags('about')
@Controller('api/problems')
@OfAccount('none')
export class ProblemPagesController {
  @Get()
  @ApiOperation({ summary: 'Every error that the service answers with' })
  @ApiResponse({ status: 200, schema: openApiSchema(z.object({ items: z.array(problemSchema) })) })
  all(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const items = Object.entries(PROBLEMS).map(([code, kind]) => problemAnswer(code, kind));
    return asAsked(request, response, { items }, () =>
      page(
        'Errors',
        html`<ul>
          ${items.map(({ code, title }) => html`<li><a href="problems/${code}">${title}</a> <code>${code}</code></li>`)}
        </ul>`,
      ),
    );
  }

  @Get(':code')
  @ApiOperation({ summary: 'What an error means, and what to do' })
  @ApiResponse({ status: 200, schema: openApiSchema(problemSchema) })
  @Problems('problem-not-found')
  one(@Param('code') code: string, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    if (!isProblemCode(code)) {
      throw new CodedError(
        'problem-not-found',
        `No error has the code "${code}". GET /api/problems lists them.`,
      );
    }
    const answer = problemAnswer(code, PROBLEMS[code]);
    return asAsked(request, response, answer, () =>
      page(
        answer.title,
        html`<p>${answer.meaning}</p>
          <h2>What to do</h2>
          <p>${answer.remedy}</p>
          <p>
            <small
              ><code>${code}</code>, HTTP status ${answer.status}. <a href="../problems">All errors</a></small
            >
          </p>`,
      ),
    );
  }
}

function problemAnswer(code: string, { status, title, meaning, remedy }: ProblemKind): ProblemAnswer {
  return { code, type: problemType(code), status, title, meaning, remedy };
}

function asAsked<Answer>(
  request: Request,
  response: Response,
  answer: Answer,
  toPage: () => string,
): Answer | string {
  response.vary('Accept');
  if (request.accepts(['json', 'html']) !== 'html') return answer;
  response.set(pageHeaders(STYLE));
  return toPage();
}

function page(title: string, content: Html): string {
  return htmlPage(
    `${title} - contactstream`,
    STYLE,
    html`<h1>${title}</h1>
      ${content}`,
  );
}
