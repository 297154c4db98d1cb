/**
 * The words of Google's errors that are codes. They may be shown and logged; anything else that an error says is free
 * text, which may name a person.
 */
const CODES: ReadonlySet<string> = new Set([
  // https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
  ...['CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'UNAUTHENTICATED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED'],
  ...['OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
  // https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto
  ...['SERVICE_DISABLED', 'BILLING_DISABLED', 'API_KEY_INVALID', 'API_KEY_SERVICE_BLOCKED'],
  ...['API_KEY_HTTP_REFERRER_BLOCKED', 'API_KEY_IP_ADDRESS_BLOCKED', 'API_KEY_ANDROID_APP_BLOCKED'],
  ...['API_KEY_IOS_APP_BLOCKED', 'RATE_LIMIT_EXCEEDED', 'RESOURCE_QUOTA_EXCEEDED'],
  ...['LOCATION_TAX_POLICY_VIOLATED', 'USER_PROJECT_DENIED', 'CONSUMER_SUSPENDED', 'CONSUMER_INVALID'],
  ...['SECURITY_POLICY_VIOLATED', 'ACCESS_TOKEN_EXPIRED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
  ...['ACCOUNT_STATE_INVALID', 'ACCESS_TOKEN_TYPE_UNSUPPORTED', 'CREDENTIALS_MISSING'],
  ...['RESOURCE_PROJECT_INVALID', 'SESSION_COOKIE_INVALID', 'USER_BLOCKED_BY_ADMIN'],
  ...['RESOURCE_USAGE_RESTRICTION_VIOLATED', 'SYSTEM_PARAMETER_UNSUPPORTED', 'ORG_RESTRICTION_VIOLATION'],
  ...['ORG_RESTRICTION_HEADER_INVALID', 'SERVICE_NOT_VISIBLE', 'GCP_SUSPENDED'],
  // https://developers.google.com/people/api/rest/v1/people.connections/list
  'EXPIRED_SYNC_TOKEN',
  // The older shape: https://developers.google.com/workspace/drive/api/guides/handle-errors
  ...['accessNotConfigured', 'authError', 'backendError', 'badRequest', 'dailyLimitExceeded', 'forbidden'],
  ...['insufficientPermissions', 'internalError', 'invalid', 'notFound', 'quotaExceeded'],
  ...['rateLimitExceeded', 'rate_limit_exceeded', 'required', 'userRateLimitExceeded'],
  // OAuth: RFC 6749 (4.1.2.1, 5.2), OpenID Connect Core 3.1.2.6, and Google's own:
  // https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors
  ...['access_denied', 'admin_policy_enforced', 'consent_required', 'deleted_client', 'disabled_client'],
  ...['disallowed_useragent', 'interaction_required', 'internal_failure', 'invalid_client', 'invalid_grant'],
  ...['invalid_request', 'invalid_scope', 'invalid_token', 'login_required', 'org_internal'],
  ...['origin_mismatch', 'redirect_uri_mismatch', 'server_error', 'temporarily_unavailable'],
  ...['unauthorized_client', 'unsupported_grant_type', 'unsupported_response_type'],
]);

/** Those of the words that are codes of Google's, each once. */
export function googleCodes(words: readonly string[]): string[] {
  return [...new Set(words)].filter((word) => CODES.has(word));
}
