import { EXIT } from '../exit-codes.js';
import { Failure } from '../failures.js';

/** What the service answers where it does not do what it is asked (RFC 9457). */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly runId?: string;
}

/** What to do next, where the command line has a verb for it. */
const NEXT: Readonly<Record<string, (problem: Problem) => string>> = {
  'not-authenticated': () =>
    'See who has to sign in: contactstream accounts list. Send them a link: contactstream accounts connect',
  'account-required': () =>
    'Say which with --account (id, e-mail address or reference): contactstream accounts list',
  'account-not-found': () => 'List the accounts: contactstream accounts list',
  'sync-in-progress': ({ runId }) =>
    runId === undefined
      ? 'See the runs: contactstream runs'
      : `Watch it: contactstream runs ${runId} --follow. Or cancel it: contactstream runs cancel ${runId}`,
  'run-not-found': () => 'List the runs: contactstream runs',
  'nothing-held': () => 'See what is held: contactstream held list',
  'contact-not-found': () => 'Find it: contactstream contacts search NAME',
  'quarantine-entry-not-found': () => 'List the entries: contactstream quarantine list',
  'dead-letter-not-found': () => 'List them: contactstream dead-letters list',
  'token-not-found': () => 'List the tokens: contactstream tokens list',
  'invalid-api-token': () => 'Set CONTACTSTREAM_TOKEN, or name a file that holds a token with --token-file',
  'no-match': () => 'Look for a part of it: contactstream contacts search DIGITS',
  'scope-missing': () => 'Use a token that has the scope: contactstream tokens create --help',
  'rebuild-in-progress': () => 'Watch it: contactstream rebuild --follow',
  'rebuild-not-found': () => 'See how the read model is: contactstream status',
};

/** Codes of what is wrong with the command itself. */
const USAGE = new Set(['invalid-request', 'invalid-cursor', 'account-required']);

/** Whether somebody between us and the service answered for it. */
const GATEWAY = new Set([502, 503, 504]);

/** @param text the body of an answer that is no success */
export function failureOf(status: number, text: string, url: string): Failure {
  const problem = problemIn(status, text);
  if (problem === null) {
    return new Failure(`${url} answered ${status}, and not as contactstream does.`, {
      exitCode: GATEWAY.has(status) ? EXIT.unreachable : EXIT.failed,
      next: 'Look at --url and CONTACTSTREAM_URL: is that the address of the service?',
    });
  }
  return new Failure(problem.detail, {
    exitCode: exitCodeOf(problem.code),
    code: problem.code,
    next: nextAfter(problem, url),
    answer: text,
  });
}

/** What to do next, as a sentence without its full stop. @param url of the service, which explains its errors */
export function nextAfter(problem: Problem, url: string): string {
  return NEXT[problem.code]?.(problem) ?? `Read what it means: ${url}/api/problems/${problem.code}`;
}

/** @param code of the problem that ended a call or a run */
export function exitCodeOf(code: string | undefined): number {
  if (code === 'not-authenticated') return EXIT.signInNeeded;
  return code !== undefined && USAGE.has(code) ? EXIT.usage : EXIT.failed;
}

function problemIn(status: number, text: string): Problem | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof body !== 'object' || body === null) return null;
  const { code, detail, runId } = body as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string') return null;
  return {
    code,
    detail: typeof detail === 'string' ? detail : `The service answered ${status}.`,
    ...(typeof runId === 'string' && { runId }),
  };
}
