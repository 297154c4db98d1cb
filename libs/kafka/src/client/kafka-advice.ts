/** What a person can do about an error of Kafka or of the network before it; null where only time helps. */
export function kafkaAdvice(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { name, code, type, message } = cause as Error & { code?: unknown; type?: unknown };
    const words = [name, code, type].filter((word) => typeof word === 'string').join(' ');
    const known = ADVICE.find(([pattern]) => pattern.test(words) || pattern.test(message));
    if (known !== undefined) return known[1];
  }
  return null;
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /SASLAuthenticationError|SASL_AUTHENTICATION_FAILED|UNSUPPORTED_SASL_MECHANISM/,
    'Kafka refuses the sign-in: look at KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  ],
  [
    /AUTHORIZATION_FAILED/,
    'the user of KAFKA_SASL_USERNAME lacks rights to the topics or the group; docs/kafka.md lists them',
  ],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET_ISSUER)/,
    "Node.js does not know who signed the broker's certificate: let NODE_EXTRA_CA_CERTS name a PEM file with that authority",
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID/,
    "the broker's certificate is of another host: KAFKA_BROKERS, and the addresses that the brokers advertise, must be names in it",
  ],
  [
    /before secure TLS connection was established|ERR_SSL_WRONG_VERSION_NUMBER/,
    'the broker speaks no TLS there: look at the ports in KAFKA_BROKERS, or set KAFKA_SSL=false',
  ],
  [
    /Closed connection/,
    'if it lasts, the broker may expect TLS or a sign-in: look at KAFKA_SSL and KAFKA_SASL_MECHANISM',
  ],
];
