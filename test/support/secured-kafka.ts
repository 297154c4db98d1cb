import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { type LocalKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { startOwnKafka } from './own-kafka.js';

const STORE_PASSWORD = 'of-the-keystore';

/** A Kafka that takes strangers on TLS only with user and password, and gives them only the rights that they have. */
export interface SecuredKafka extends LocalKafka {
  /** Where users sign in over TLS. `brokers` is for the test: plain text, and every right. */
  readonly secured: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly authority: string;
}

export interface KafkaUser {
  readonly name: string;
  readonly password: string;
}

export async function startSecuredKafka(folder: string, user: KafkaUser): Promise<SecuredKafka> {
  const { keystore, authority } = await certificates(folder);
  const port = await findFreePort();
  const listener = 'listener.name.sasl_ssl';
  const kafka = await startOwnKafka(folder, {
    scramUsers: [
      { mechanism: 'SCRAM-SHA-256', ...user },
      { mechanism: 'SCRAM-SHA-512', ...user },
    ],
    properties: (node) => {
      const plain = `PLAINTEXT://127.0.0.1:${node.port}`;
      const secured = `SASL_SSL://127.0.0.1:${port}`;
      return {
        listeners: `${plain},${secured},CONTROLLER://127.0.0.1:${node.controllerPort}`,
        'advertised.listeners': `${plain},${secured}`,
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        [`${listener}.plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required user_${user.name}="${user.password}";`,
        [`${listener}.scram-sha-256.sasl.jaas.config`]: SCRAM,
        [`${listener}.scram-sha-512.sasl.jaas.config`]: SCRAM,
        'ssl.keystore.type': 'PKCS12',
        'ssl.keystore.location': keystore,
        'ssl.keystore.password': STORE_PASSWORD,
        'ssl.key.password': STORE_PASSWORD,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        // Whoever comes over plain text: the test, and the server itself.
        'super.users': 'User:ANONYMOUS',
      };
    },
  });
  return { ...kafka, secured: `127.0.0.1:${port}`, authority };
}

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';

/** An authority of our own, and a certificate of its for 127.0.0.1, by the tool that every Java brings. */
async function certificates(folder: string): Promise<{ keystore: string; authority: string }> {
  const keystore = path.join(folder, 'keystore.p12');
  const authority = path.join(folder, 'authority.pem');
  const keytool = (...args: string[]) =>
    promisify(execFile)('keytool', [
      ...args,
      '-keystore',
      keystore,
      '-storetype',
      'PKCS12',
      '-storepass',
      STORE_PASSWORD,
    ]);
  const pair = (alias: string, ...more: string[]) =>
    keytool('-genkeypair', '-keyalg', 'EC', '-alias', alias, '-dname', `CN=${alias}`, ...more);
  await pair('authority', '-ext', 'bc:c');
  await pair('broker', '-ext', 'san=ip:127.0.0.1', '-signer', 'authority');
  await keytool('-exportcert', '-rfc', '-alias', 'authority', '-file', authority);
  // Or the server might show this one.
  await keytool('-delete', '-alias', 'authority');
  return { keystore, authority };
}
