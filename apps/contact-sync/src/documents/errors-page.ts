import { type ProblemKind, PROBLEMS } from '../http/problems.js';

/** The text of docs/errors.md. */
export function errorsPage(): string {
  return [
    '# Errors',
    'Made from [problems.ts](../apps/contact-sync/src/http/problems.ts) by `npm run docs:errors`.',
    'The REST API answers errors as RFC 9457 problem details (`application/problem+json`): `type`, `title`, ' +
      '`status`, `detail`, `code`, `instance`, and `runId` where a run is concerned. Programs decide by `code`, ' +
      'which stays; `detail` is for people; `type` leads to the section of the error, which the service answers itself: ' +
      '`GET /api/problems/{code}`, a page in a browser.',
    ...Object.entries(PROBLEMS).map(([code, kind]) => section(code, kind)),
  ]
    .join('\n\n')
    .concat('\n');
}

function section(code: string, { status, title, meaning, remedy }: ProblemKind): string {
  return `## \`${code}\`\n\n${status}, ${title}. ${meaning} ${remedy}`;
}
