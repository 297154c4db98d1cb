import { CodedError } from '#platform';

/** What became of a person who followed a link, in the query of the address where they are sent back to. */
export type ConnectOutcome = 'connected' | 'refused' | 'wrong-account' | 'failed';

/** Characters that programs read in different ways within a URL: one might see another host than the next. */
const AMBIGUOUS = /[\\\s\p{Cc}]/u;

/** Where browsers may be sent back to after a sign-in: never to a place that the operator has not named. */
export class ReturnUrls {
  /** @param origins such as `https://app.example` */
  constructor(private readonly origins: readonly string[]) {}

  /** @returns the URL as it was understood. @throws CodedError return-url-not-allowed */
  checked(text: string): string {
    const url = this.allowed(text);
    if (url !== null) return url.href;
    throw new CodedError(
      'return-url-not-allowed',
      `returnUrl must be a URL of one of the origins in RETURN_URLS (${this.origins.join(', ') || 'there are none'}), without user and backslash.`,
    );
  }

  /** The URL with what became of the sign-in; null where its origin is allowed no longer. */
  withOutcome(returnUrl: string, outcome: ConnectOutcome, accountId: string | null): string | null {
    const url = this.allowed(returnUrl);
    url?.searchParams.set('outcome', outcome);
    if (accountId !== null) url?.searchParams.set('accountId', accountId);
    return url?.href ?? null;
  }

  private allowed(text: string): URL | null {
    if (AMBIGUOUS.test(text) || !URL.canParse(text)) return null;
    const url = new URL(text);
    const isPlain = url.username === '' && url.password === '';
    return isPlain && this.origins.includes(url.origin) ? url : null;
  }
}
