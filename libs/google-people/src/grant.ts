/** What access tokens to a person's contacts are obtained with. */
export type Grant = PersonsGrant | DelegatedGrant;

/** The person has signed in. */
export interface PersonsGrant {
  readonly refreshToken: string;
  /** Stores the refresh token that Google gave in place of a former one; left out: nobody needs to know. */
  readonly replaced?: (refreshToken: string, former: string) => Promise<void>;
}

/** The person's organization lets the service account act for them (domain-wide delegation). */
export interface DelegatedGrant {
  /** The person's address. */
  readonly subject: string;
}
