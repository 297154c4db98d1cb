/** Tokens of API_TOKENS that the suites about access share; of tests alone. */
export const MASTER = 'master-of-a-test-0123456789';

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
