import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

import { openApiSchema } from '../answers.js';

const dropped = z.object({
  reason: z.enum(['slow-reader', 'service-stopping', 'access-ended', 'access-changed']),
  detail: z.string(),
});

/** An answer of server-sent events. @param messages the data of each event, by its name */
export function AnswersWithEvents(messages: Readonly<Record<string, z.ZodType>>): MethodDecorator {
  const [first, ...others] = Object.entries({ ...messages, dropped }).map(([event, data]) =>
    z.object({ event: z.literal(event), id: z.string().optional(), data }),
  );
  if (first === undefined) throw new Error('There is always one');
  return applyDecorators(
    ApiResponse({
      status: 200,
      description:
        'Server-sent events, `data` in JSON; a comment or an id alone every 15 s. `dropped` is the last one where the stream ' +
        'ends before its reader wants it to, and says why',
      content: { 'text/event-stream': { schema: openApiSchema(z.union([first, ...others])) } },
    }),
  );
}
