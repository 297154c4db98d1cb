import { createHash } from 'node:crypto';

import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ContactExports } from '#read-model';
import { type Request, type Response } from 'express';

import { Audited } from '../audit/audited.js';
import { OfAccount } from '../http/account.guard.js';
import { begun } from '../http/answer-in-pieces.js';
import { openApiSchema } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { VERSION } from '../version.js';
import { exportBody, exportedContacts, exportQuery, type ExportRequest } from './export-request.js';
import { OpenExports } from './open-exports.js';
import { FILES, writtenContacts } from './written-contacts.js';

const WRITTEN = {
  status: 200,
  description: 'All of the contacts that are asked for; one that breaks off is not ended',
  schema: { type: 'string' },
} as const;

const TYPES = Object.values(FILES).map(({ contentType }) => contentType.replace(/;.*/, ''));

/** Contacts as files, for other programs. */
@ApiTags('contacts')
@Controller('api/export')
@NeedsScope('read')
@Problems('invalid-request', 'account-not-found', 'too-many-exports')
export class ExportController {
  constructor(
    private readonly contacts: ContactExports,
    private readonly exports: OpenExports,
  ) {}

  @Audited('contacts.export')
  @Get()
  @OfAccount('query')
  @ApiOperation({
    summary: 'Contacts as vCards, CSV of Google Contacts, or JSON Lines, however many there are; audited',
  })
  @ApiProduces(...TYPES)
  @ApiResponse(WRITTEN)
  @ApiResponse({ status: 304, description: 'Nothing has changed since the answer whose ETag was sent' })
  async export(
    @Query({ schema: exportQuery }) asked: ExportRequest,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const changedAt = await this.setTag(asked, response);
    // Not by a time, too: an erasure changes contacts, and leaves no later one.
    if (isKnown(response.get('ETag'), request.get('If-None-Match'))) {
      response.status(304).end();
      return;
    }
    if (changedAt !== null) response.set('Last-Modified', changedAt.toUTCString());
    await this.answer(asked, request, response);
  }

  @Audited('contacts.export')
  @Post()
  @OfAccount('body')
  @HttpCode(200)
  @ApiOperation({ summary: 'The same, asked for in the body, so that no name stands in an address' })
  @ApiBody({ schema: openApiSchema(exportBody, 'input') })
  @ApiProduces(...TYPES)
  @ApiResponse(WRITTEN)
  async search(
    @Body({ schema: exportBody }) asked: ExportRequest,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answer(asked, request, response);
  }

  /**
   * Not where more than events changes what is answered: the region of an account what `q` finds, and the end of their time
   * what is known of deleted contacts.
   *
   * @returns when the contacts were changed last
   */
  private async setTag(asked: ExportRequest, response: Response): Promise<Date | null> {
    if (asked.q !== undefined || asked.asOf !== undefined || asked.includeDeleted === true) return null;
    const { mark, changedAt } = await this.contacts.state(asked.accountId);
    const { format, version, label, accountId, raw } = asked;
    const parts = [VERSION, mark, format, version ?? '4.0', label, accountId, raw === true];
    response.set('ETag', `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}"`);
    return changedAt;
  }

  private async answer(asked: ExportRequest, request: Request, response: Response): Promise<void> {
    await this.exports.inPlace(request, async () => {
      const setHeaders = (): void => {
        const { contentType, ending } = FILES[asked.format];
        const day = new Date(asked.asOf ?? Date.now()).toISOString().slice(0, 10);
        response.set({
          'Content-Type': contentType,
          'Content-Disposition': `attachment; filename="contacts-${day}.${ending}"`,
        });
      };
      if (request.method === 'HEAD') {
        setHeaders();
        response.end();
        return;
      }
      const pieces = await begun(writtenContacts(asked, () => this.contacts.parts(exportedContacts(asked))));
      setHeaders();
      await this.exports.send(pieces, request, response);
    });
  }
}

/** @param known tags of answers that the caller has (RFC 9110, 13.1.2) */
function isKnown(tag: string | undefined, known: string | undefined): boolean {
  if (tag === undefined || known === undefined) return false;
  return known.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}
