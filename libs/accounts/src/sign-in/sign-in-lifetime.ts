/** How long a person may take at Google's pages. */
export const SIGN_IN_MS = 10 * 60_000;
