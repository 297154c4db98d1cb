import { type Scope } from '#platform';

/** Who asks, and what may be shown. */
export interface Principal {
  /** A program with a token, a person who signed in, or, where nobody has to say who he is, whoever calls. */
  readonly kind: 'token' | 'person' | 'anyone';
  /** What stays when the name changes: of an issued token its id, of one of API_TOKENS its name, of a person the subject. */
  readonly id: string;
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The one account that may be seen; null for all. */
  readonly accountId: string | null;
}
