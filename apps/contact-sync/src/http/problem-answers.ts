import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

import { type ProblemCode, problemKind } from './problems.js';

/** Tells the OpenAPI document which errors a route, or every route of a controller, answers with. */
export function Problems(...codes: readonly ProblemCode[]): MethodDecorator & ClassDecorator {
  const byStatus = Map.groupBy(codes, (code) => problemKind(code).status);
  return applyDecorators(
    ...[...byStatus].map(([status, ofStatus]) => ApiResponse({ status, description: described(ofStatus) })),
  );
}

function described(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `\`${code}\`: ${problemKind(code).meaning}`).join('\n\n');
}
