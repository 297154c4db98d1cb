import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { NeedsScope } from '../http/scope.guard.js';
import { AREAS, type Examination, EXAMINATIONS, findingsOf, VERDICTS } from './examination.js';

const doctorSchema = z.object({
  ok: z.boolean().describe('Nothing has failed'),
  at: z.iso.datetime(),
  checks: z.array(
    z.object({
      check: z.string().describe('Its name, which stays'),
      area: z.enum(AREAS),
      verdict: z
        .enum(VERDICTS)
        .describe(
          'failed: something does not work; warning: it works, but will not for ever, or waits for a person',
        ),
      found: z.string(),
      mend: z.string().nullable().describe('What to do; null where nothing is to be done'),
      document: z.string().describe('Where the documents tell of it'),
    }),
  ),
});

/** What is wrong with an installation, and how to mend it. */
@ApiTags('health')
@Controller('api/doctor')
@NeedsScope('operate')
export class DoctorController {
  constructor(@Inject(EXAMINATIONS) private readonly examinations: readonly Examination[]) {}

  @Get()
  @ApiOperation({
    summary:
      'Looks at everything that the service needs, and says of each thing how it is and how to mend it',
    description:
      'Asks PostgreSQL, Kafka and Google, each for 10 s at most; of accounts at Google nothing is asked. What it says is of ' +
      'the process that answers, where processes differ.',
  })
  @ApiResponse({ status: 200, description: 'What was found', schema: openApiSchema(doctorSchema) })
  async look(): Promise<z.infer<typeof doctorSchema>> {
    const found = await findingsOf(this.examinations);
    return {
      ok: found.every(({ verdict }) => verdict !== 'failed'),
      at: new Date().toISOString(),
      checks: found.map((finding) => ({ ...finding, mend: finding.mend ?? null })),
    };
  }
}
