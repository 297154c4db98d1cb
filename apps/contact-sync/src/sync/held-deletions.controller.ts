import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Page } from '#platform';
import {
  type HeldAges,
  type HeldContact,
  HeldContacts,
  type HeldSummary,
  type MaskedHeldContact,
  MaskedHeldContacts,
} from '#read-model';
import { ResolveHeldDeletionsCommand, Runs } from '#sync';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { concerning } from '../audit/request-audit.js';
import { OfItsAccount } from '../http/account.guard.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { mayRead, searchRefused } from '../http/may-read.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { Problems } from '../http/problem-answers.js';
import { limitParameter, pageParameters, searchOfContacts } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';

const identity = { contactId: z.uuid(), resourceName: z.string() };
const updatedAt = z.iso
  .datetime()
  .nullable()
  .describe('When Google says that it was last changed, as that of a contact');

const heldSchema = z.object({
  ...identity,
  displayName: z.string().nullable().describe('null where the read model does not have the contact yet'),
  organization: z.string().nullable(),
  groups: z.array(z.string()),
  updatedAt,
});
const maskedHeldSchema = z
  .object({ masked: z.literal(true), ...identity, updatedAt })
  .describe('Without the scope `read`: nothing that the contact says');

const ages = {
  total: z.int(),
  unchangedForTwoYears: z.int(),
  changedInLast30Days: z.int(),
};
const summarySchema = z.object({
  ...ages,
  groups: z
    .array(z.object({ group: z.string(), count: z.int() }))
    .max(10)
    .describe('The labels that most of them have'),
});
const maskedSummarySchema = z.object({ masked: z.literal(true), ...ages });

const listQuery = z.strictObject({
  q: searchOfContacts,
  ...pageParameters,
  limit: limitParameter(1_000, 1_000),
});
/** The same in a body, with numbers as JSON has them. */
const searchBody = z
  .strictObject({
    q: searchOfContacts,
    cursor: pageParameters.cursor,
    limit: z.int().min(1).max(1_000).default(1_000),
  })
  .prefault({});

const LISTED = {
  status: 200,
  description: 'Those not seen again since, by display name; masked, by id',
  schema: openApiSchema(z.union([pageOf(heldSchema), pageOf(maskedHeldSchema)])),
};
const countSchema = z.object({ deleted: z.int() });

type HeldPage = Page<HeldContact> | Page<MaskedHeldContact>;

@ApiTags('sync')
@Controller('api/sync/runs/:id/held-deletions')
@NeedsScope('operate')
@OfItsAccount(Runs, 'run-not-found', 'run')
@Problems('run-not-found')
export class HeldDeletionsController {
  constructor(
    private readonly runs: Runs,
    private readonly held: HeldContacts,
    private readonly maskedHeld: MaskedHeldContacts,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The contacts whose deletion a run holds for approval' })
  @ApiResponse(LISTED)
  @Problems('invalid-cursor', 'scope-missing')
  list(
    @Param('id') id: string,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @AskedBy() principal: Principal,
  ): Promise<HeldPage> {
    return this.page(id, query, principal);
  }

  @Audited(null)
  @Post('search')
  @HttpCode(200)
  @ApiOperation({ summary: 'The same, asked for in the body, so that no name stands in an address' })
  @ApiBody({ required: false, schema: openApiSchema(searchBody, 'input') })
  @ApiResponse(LISTED)
  @Problems('invalid-cursor', 'scope-missing')
  search(
    @Param('id') id: string,
    @Body({ schema: searchBody }) body: z.infer<typeof searchBody>,
    @AskedBy() principal: Principal,
  ): Promise<HeldPage> {
    return this.page(id, body, principal);
  }

  @Get('summary')
  @ApiOperation({ summary: 'What those contacts have in common: labels, and when they were last changed' })
  @ApiResponse({
    status: 200,
    description: 'Counts, of those not seen again since',
    schema: openApiSchema(z.union([summarySchema, maskedSummarySchema])),
  })
  async summary(
    @Param('id') id: string,
    @AskedBy() principal: Principal,
  ): Promise<HeldSummary | (HeldAges & { readonly masked: true })> {
    const run = await this.runs.get(id);
    return (mayRead(principal) ? this.held : this.maskedHeld).summary(run);
  }

  @Audited('held-deletions.approve')
  @Post('approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deletes those contacts that were not seen again since' })
  @ApiResponse({ status: 200, description: 'How many were deleted', schema: openApiSchema(countSchema) })
  @Problems('sync-in-progress', 'nothing-held')
  approve(@Param('id') id: string): Promise<{ deleted: number }> {
    return this.resolve(id, 'approve');
  }

  @Audited('held-deletions.reject')
  @Post('reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keeps those contacts; the next full sync asks again' })
  @ApiResponse({ status: 200, description: 'None were deleted', schema: openApiSchema(countSchema) })
  @Problems('sync-in-progress', 'nothing-held')
  reject(@Param('id') id: string): Promise<{ deleted: number }> {
    return this.resolve(id, 'reject');
  }

  private async page(
    id: string,
    { q, ...page }: z.infer<typeof listQuery>,
    principal: Principal,
  ): Promise<HeldPage> {
    const run = await this.runs.get(id);
    if (mayRead(principal)) return this.held.list(run, { q, ...page });
    if (q !== undefined) throw searchRefused(principal);
    return this.maskedHeld.list(run, page);
  }

  private async resolve(id: string, decision: 'approve' | 'reject'): Promise<{ deleted: number }> {
    const run = await this.runs.get(id);
    concerning({ accountId: run.accountId });
    return { deleted: await this.commands.execute(new ResolveHeldDeletionsCommand(run.id, decision)) };
  }
}
