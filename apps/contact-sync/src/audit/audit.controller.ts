import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ACTOR_KINDS, AuditEntries, type AuditEntry, type AuditFilter } from '#audit';
import { type Response } from 'express';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { begun, sendPieces } from '../http/answer-in-pieces.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { pageParameters, timeParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { auditEntryAnswer, type AuditEntryAnswer, auditEntrySchema } from './audit-answer.js';
import { EXPORT_FORMATS, type ExportFormat, WRITINGS } from './audit-export.js';
import { Audited } from './audited.js';

const word = z.string().min(1).max(200);

const filterParameters = {
  accountId: z.uuid().optional(),
  actor: word.optional().describe('The name of a token, a person, …'),
  actorKind: z.enum(ACTOR_KINDS).optional(),
  action: word.optional().describe('Such as account.erase'),
  outcome: auditEntrySchema.shape.outcome.optional(),
  from: timeParameter.optional().describe('Entries from then on'),
  to: timeParameter.optional().describe('Entries before then'),
};

const listQuery = z.strictObject({ ...filterParameters, ...pageParameters });
const exportQuery = z.strictObject({ ...filterParameters, format: z.enum(EXPORT_FORMATS).default('jsonl') });

type Filters = Omit<z.infer<typeof exportQuery>, 'format'>;

@ApiTags('audit')
@Controller('api/audit')
@NeedsScope('admin')
@Problems('account-not-found')
export class AuditController {
  constructor(private readonly entries: AuditEntries) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({ summary: 'Who did what, and who was refused, newest first' })
  @ApiResponse({
    status: 200,
    description: 'A page of entries',
    schema: openApiSchema(pageOf(auditEntrySchema)),
  })
  @Problems('invalid-cursor')
  async list(
    @Query({ schema: listQuery }) { limit, cursor, ...filters }: z.infer<typeof listQuery>,
  ): Promise<{ items: AuditEntryAnswer[]; nextCursor: string | null }> {
    const filter = filterOf(filters);
    const { items, nextCursor } = await this.entries.list(filter, { limit, cursor });
    return { items: items.map(auditEntryAnswer), nextCursor };
  }

  @Audited('audit.export')
  @Get('export')
  @OfAccount('query')
  @ApiOperation({ summary: 'All entries of a time, newest first, as a file; that is audited itself' })
  @ApiResponse({ status: 200, description: 'A line an entry; one that breaks off is not ended' })
  async export(
    @Query({ schema: exportQuery }) { format, ...filters }: z.infer<typeof exportQuery>,
    @Res() response: Response,
  ): Promise<void> {
    // What is written meanwhile would have no end.
    const pages = this.entries.all({ to: new Date(), ...filterOf(filters) });
    const pieces = await begun(lines(format, pages));
    response.set({
      'Content-Type': WRITINGS[format].contentType,
      'Content-Disposition': `attachment; filename="audit.${format}"`,
      'Cache-Control': 'no-store',
    });
    await sendPieces(pieces, response);
  }
}

async function* lines(
  format: ExportFormat,
  pages: AsyncIterable<readonly AuditEntry[]>,
): AsyncGenerator<string> {
  const { head, line } = WRITINGS[format];
  let text = head;
  for await (const entries of pages) {
    yield text + entries.map((entry) => line(auditEntryAnswer(entry))).join('');
    text = '';
  }
  if (text !== '') yield text;
}

function filterOf({ actor, outcome, from, to, ...equal }: Filters): AuditFilter {
  return {
    ...equal,
    actorName: actor,
    outcome: outcome === 'unknown' ? null : outcome,
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
  };
}
