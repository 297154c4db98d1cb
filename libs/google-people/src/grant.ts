/** What access tokens to a person's contacts are obtained with. */
export interface Grant {
  readonly refreshToken: string;
  /** Stores the refresh token that Google gave in place of a former one; left out: nobody needs to know. */
  readonly replaced?: (refreshToken: string, former: string) => Promise<void>;
}
