/** The variables with which a service uses that database and that Google, its schedules off. */
export function serviceEnvironment(
  database: { readonly url: string },
  google: { readonly url: string },
): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    // TEST_DATABASE_URL and TEST_KAFKA_BROKERS may lead to servers elsewhere.
    ALLOW_PLAINTEXT: 'postgres,kafka',
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    GOOGLE_CLIENT_ID: 'client',
    GOOGLE_CLIENT_SECRET: 'secret',
    GOOGLE_REFRESH_TOKEN: 'demo-refresh-token',
    PEOPLE_API_URL: google.url,
    GOOGLE_OAUTH_AUTH_URL: `${google.url}/o/oauth2/v2/auth`,
    GOOGLE_OAUTH_TOKEN_URL: `${google.url}/token`,
    GOOGLE_OAUTH_REVOKE_URL: `${google.url}/revoke`,
    PORT: '0',
    SYNC_INTERVAL: 'off',
    LOG_LEVEL: 'silent',
  };
}
