import { z } from 'zod';

import { type AccountEventType } from './account-event-schema.js';
import { dataSchemaUrl, schemaName } from './cloud-event.js';
import { contactDeletedSchema } from './contact-event-schema.js';
import { classified, DATA_CLASS, type DataClass, dataClassOf } from './data-classes.js';
import { byPattern, eventJsonSchemas } from './json-schemas.js';
import { type MessageExample, messageExamples } from './message-examples.js';
import { position, uuid } from './text-formats.js';
import { type TopicNames } from './topic-names.js';

/** What differs between installations. */
export interface AsyncApiOptions {
  /** The service's version. */
  readonly version: string;
  readonly topics: Pick<TopicNames, 'events' | 'state' | 'deadLetter' | 'accounts'>;
  /** Of topics that the service makes. */
  readonly partitions: number;
  /** How to reach the brokers; left out where there are none. */
  readonly kafka?: {
    /** `host:port` each. */
    readonly brokers: readonly string[];
    readonly ssl: boolean;
    readonly saslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  };
}

/** The parts of an AsyncAPI 3 document that its readers here use; the whole is checked against AsyncAPI's own schema. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers?: Readonly<Record<string, AsyncApiServer>>;
  readonly channels: Readonly<Record<string, AsyncApiChannel>>;
  readonly operations: Readonly<Record<string, object>>;
  readonly components: {
    readonly messages: Readonly<Record<string, AsyncApiMessage>>;
    readonly securitySchemes?: Readonly<Record<string, object>>;
  };
}

export interface AsyncApiServer {
  readonly host: string;
  readonly protocol: 'kafka' | 'kafka-secure';
  readonly security?: readonly object[];
}

export interface AsyncApiChannel {
  readonly address: string;
  readonly title: string;
  readonly description: string;
  /** Names of `components.messages`, each leading there. */
  readonly messages: Readonly<Record<string, { readonly $ref: string }>>;
  readonly bindings: {
    readonly kafka: {
      readonly partitions: number;
      readonly topicConfiguration: { readonly 'cleanup.policy': readonly string[] };
      readonly bindingVersion: string;
    };
  };
}

export interface AsyncApiMessage {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly contentType?: string;
  readonly headers: object;
  readonly payload: object;
  readonly bindings: { readonly kafka: { readonly key: object; readonly bindingVersion: string } };
  readonly examples: readonly MessageExample[];
}

const BINDING_VERSION = '0.5.0';

/** The topics and their messages as an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0). */
export function asyncApiDocument(options: AsyncApiOptions): AsyncApiDocument {
  const { version, topics, partitions, kafka } = options;
  const channel = (
    address: string,
    cleanup: 'compact' | 'delete',
    messages: readonly (keyof typeof MESSAGES)[],
    title: string,
    description: string,
  ): AsyncApiChannel => ({
    address,
    title,
    description,
    messages: Object.fromEntries(
      messages.map((name) => [name, { $ref: `#/components/messages/${name}` }] as const),
    ),
    bindings: {
      kafka: {
        partitions,
        topicConfiguration: { 'cleanup.policy': [cleanup] },
        bindingVersion: BINDING_VERSION,
      },
    },
  });
  const channels = {
    events: channel(
      topics.events,
      'delete',
      ['contactUpdated', 'contactDeleted'],
      'Every event',
      'What happened, in order per contact, as far back as the retention reaches. A message may come more than ' +
        'once; it then has the same ce_id and the same bytes.',
    ),
    state: channel(
      topics.state,
      'compact',
      ['contactUpdated', 'contactTombstone'],
      'Latest states',
      "The latest state of each contact: compaction keeps the last message of a key. A deleted contact's is a " +
        'tombstone. Changes between two sends are not all here.',
    ),
    accounts: channel(
      topics.accounts,
      'delete',
      ['accountConnected', 'accountSynced', 'accountNeedsSignIn', 'accountDisconnected', 'accountErased'],
      'Lives of accounts',
      'Which accounts there are and how they stand, in order per account. A message may come more than once; it then ' +
        'has the same ce_id and the same bytes.',
    ),
    deadLetter: channel(
      topics.deadLetter,
      'delete',
      ['deadLetter'],
      'Dead letters',
      `Records of ${topics.events} that the service's own projection could not read or apply.`,
    ),
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'contactstream',
      version,
      description:
        'Every change of Google contacts, and the lives of the accounts that they are of, as CloudEvents 1.0 in the binary mode of the Kafka protocol binding: the ' +
        'attributes are headers, the value is the data. More headers, more optional members and more types of ' +
        'messages may come at any time; a change of any other kind is a new version with a new ce_dataschema.',
    },
    ...(kafka === undefined ? {} : serversOf(kafka)),
    channels,
    operations: Object.fromEntries(
      Object.keys(channels).map((name) => [
        `send-${name}`,
        { action: 'send', channel: { $ref: `#/channels/${name}` } },
      ]),
    ),
    components: {
      messages: MESSAGES,
      ...(kafka?.saslMechanism === undefined
        ? {}
        : { securitySchemes: { sasl: { type: SASL_TYPES[kafka.saslMechanism] } } }),
    },
  };
}

const SASL_TYPES = {
  plain: 'plain',
  'scram-sha-256': 'scramSha256',
  'scram-sha-512': 'scramSha512',
} as const;

function serversOf({
  brokers,
  ssl,
  saslMechanism,
}: NonNullable<AsyncApiOptions['kafka']>): Pick<AsyncApiDocument, 'servers'> {
  const server = (host: string): AsyncApiServer => ({
    host,
    protocol: ssl ? 'kafka-secure' : 'kafka',
    ...(saslMechanism === undefined ? {} : { security: [{ $ref: '#/components/securitySchemes/sasl' }] }),
  });
  return {
    servers: Object.fromEntries(brokers.map((host, index) => [`broker-${index + 1}`, server(host)])),
  };
}

const keyOf = (subject: 'contact' | 'account') =>
  plainSchema(
    uuid.describe(
      `The ${subject}'s id. Partitions are chosen by its murmur2 hash, as Java's client does by default.`,
    ),
  );
const key = keyOf('contact');

/** What the messages of contacts and accounts have in common, by the Kafka protocol binding's names. */
function cloudEventHeaders<Type extends string>(type: Type, subject: 'contact' | 'account', time: string) {
  return {
    ce_specversion: z.literal('1.0'),
    ce_id: uuid.describe(
      `The same at every delivery: UUIDv5 with the ${subject} id as namespace and the version as name`,
    ),
    ce_type: z.literal(type),
    ce_source: z
      .string()
      .regex(/^\/accounts\//)
      .describe('/accounts/{accountId}'),
    ce_subject: uuid.describe(`The ${subject}'s id`),
    ce_time: z.iso.datetime().describe(time),
    ce_dataschema: z
      .string()
      .regex(new RegExp(`^https?://.+${dataSchemaUrl('', type).replace('.', '\\.')}$`))
      .describe('Where the JSON Schema of the data is served, with its version'),
    [`ce_${subject}version`]: z
      .string()
      .regex(/^\d{10}$/)
      .describe(`The ${subject}'s version, ten digits, so that it orders as text too`),
    ce_partitionkey: uuid.describe(`The ${subject}'s id again`),
    ce_accountref: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('What the account was known by when the event was made; left out where it had no reference'),
    'content-type': z.literal('application/json'),
  };
}

function contactHeaders(type: 'ContactUpdated' | 'ContactDeleted') {
  return z.object({
    ...cloudEventHeaders(type, 'contact', 'When the sync found the change out'),
    ce_position: position.describe(
      "The position in the service's event log; orders events over all contacts",
    ),
    traceparent: z
      .string()
      .regex(/^00-[\da-f]{32}-[\da-f]{16}-0[01]$/)
      .optional()
      .describe(
        'W3C Trace Context of the sync run that found the change out; left out where runs are not traced',
      ),
  });
}

const tombstoneHeaders = contactHeaders('ContactDeleted')
  .omit({ ce_dataschema: true })
  .extend({
    ce_reason: contactDeletedSchema.shape.reason
      .optional()
      .describe('Why; left out where the deletion is so old that its data are gone'),
    ce_mergedinto: uuid.optional().describe('The surviving contact, for merged only'),
  });

const deadLetterHeaders = plainSchema(
  z
    .object({
      dead_letter_error: z.string().describe('What is wrong with the record, without its values'),
      dead_letter_topic: z.string().describe('Where the record is'),
      dead_letter_partition: z.string().regex(/^\d+$/),
      dead_letter_offset: z.string().regex(/^\d+$/),
    })
    .describe("The record's own headers, and these"),
);

const accountMessage = (type: AccountEventType, title: string, summary: string, example: MessageExample) => ({
  name: type,
  title,
  summary,
  contentType: 'application/json',
  headers: plainSchema(z.object(cloudEventHeaders(type, 'account', 'When it came to be so'))),
  payload: payload(schemaName(type)),
  bindings: { kafka: { key: keyOf('account'), bindingVersion: BINDING_VERSION } },
  examples: [example],
});

const MESSAGES = {
  contactUpdated: {
    name: 'ContactUpdated',
    title: 'A contact was created, updated, renamed or restored',
    summary: 'Carries the whole new state, and what changed.',
    contentType: 'application/json',
    headers: plainSchema(contactHeaders('ContactUpdated')),
    payload: payload('contact-updated'),
    bindings: { kafka: { key, bindingVersion: BINDING_VERSION } },
    examples: [messageExamples.contactUpdated],
  },
  contactDeleted: {
    name: 'ContactDeleted',
    title: 'A contact is gone',
    summary: 'Says why. A contact may come back under the same id, with the next version.',
    contentType: 'application/json',
    headers: plainSchema(contactHeaders('ContactDeleted')),
    payload: payload('contact-deleted'),
    bindings: { kafka: { key, bindingVersion: BINDING_VERSION } },
    examples: [messageExamples.contactDeleted],
  },
  contactTombstone: {
    name: 'ContactTombstone',
    title: 'A contact is gone, on the topic of latest states',
    summary:
      'A null value with the headers of the ContactDeleted, and what its data would say: why the contact is gone, and into ' +
      'which it was merged.',
    headers: plainSchema(tombstoneHeaders),
    payload: { type: 'null', [DATA_CLASS]: 'technical' },
    bindings: { kafka: { key, bindingVersion: BINDING_VERSION } },
    examples: [messageExamples.contactTombstone],
  },
  accountConnected: accountMessage(
    'AccountConnected',
    'An account is connected',
    'Also again after it needed a sign-in or was disconnected, and under another reference.',
    messageExamples.accountConnected,
  ),
  accountSynced: accountMessage(
    'AccountSynced',
    'The first sync since the account was connected is complete',
    'Sent once the topic of contact events holds all of them up to lastPosition.',
    messageExamples.accountSynced,
  ),
  accountNeedsSignIn: accountMessage(
    'AccountNeedsSignIn',
    'Google no longer accepts the sign-in',
    'Nothing is synced until the person signs in again: then AccountConnected follows.',
    messageExamples.accountNeedsSignIn,
  ),
  accountDisconnected: accountMessage(
    'AccountDisconnected',
    'The account is synced no more',
    'What is known of its contacts stays.',
    messageExamples.accountDisconnected,
  ),
  accountErased: accountMessage(
    'AccountErased',
    'Every fact about the account is gone',
    'The last event of an account; a ContactDeleted of each of its contacts came before it.',
    messageExamples.accountErased,
  ),
  deadLetter: {
    name: 'DeadLetter',
    title: 'A record that the projection put aside',
    summary: 'Key, value and headers as received; the value is left out where it does not fit.',
    headers: deadLetterHeaders,
    payload: { description: 'As received: not necessarily JSON, nor text', [DATA_CLASS]: 'free-text' },
    bindings: {
      kafka: {
        key: { description: 'As received', [DATA_CLASS]: 'technical' },
        bindingVersion: BINDING_VERSION,
      },
    },
    examples: [messageExamples.deadLetter],
  },
} as const satisfies Record<string, AsyncApiMessage>;

/**
 * The published schema itself, with the class of each member. The classes stand here alone: a consumer's validator may
 * refuse a schema with a keyword that it does not know, as Ajv does by default. What names the dialect goes: AsyncAPI has
 * its own, of which it is a part.
 */
function payload(name: string): object {
  const { $schema, ...schema } = eventJsonSchemas[name]?.['1'] as {
    $schema: string;
  };
  return classified(schema, dataClassOf);
}

/** A header says nothing of a person, but for what others call the account. */
function classOfHeader(name: string): DataClass {
  return name === 'ce_accountref' ? 'personal' : 'technical';
}

function plainSchema(schema: z.ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema: part }) => {
      byPattern(part);
    },
  });
  return classified(rest, classOfHeader);
}
