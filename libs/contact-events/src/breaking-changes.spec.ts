import { isDeepStrictEqual } from 'node:util';

import { type AsyncApiDocument } from './asyncapi-document.js';

// The rule of the compatibility spec; this file holds no spec itself.

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that say nothing about which messages fit. */
const WORDS = new Set(['$id', '$schema', 'title', 'description', 'x-data-class']);
/** Keywords that may come where there was none: they say more exactly what messages were all along. */
const EXACT = new Set(['pattern', 'minItems', 'uniqueItems', 'allOf']);
/** Keywords that hold schemas, which are compared one by one. */
const NESTED = new Set(['properties', 'required', 'items', 'anyOf']);

/**
 * What in `current` breaks a consumer who was written against `published`, a line each.
 *
 * A message, a topic, an optional header or an optional member may be added, and a schema may say more exactly what messages
 * were all along (that those of before still fit, test/event-schemas/sent-messages.unit.spec.ts shows). Nothing else may change: a reader may
 * count on each member, and messages that were sent before must fit the schema that they name for ever.
 */
export function breakingChanges(published: AsyncApiDocument, current: AsyncApiDocument): string[] {
  return [
    ...Object.entries(published.channels).flatMap(([name, channel]) => {
      const now = current.channels[name];
      if (now === undefined) return [`The topic ${name} is gone`];
      return [
        ...(now.address === channel.address ? [] : [`The topic ${name} has another address`]),
        ...(isDeepStrictEqual(cleanupOf(now), cleanupOf(channel))
          ? []
          : [`The topic ${name} is cleaned up otherwise`]),
        ...Object.keys(channel.messages)
          .filter((message) => now.messages[message] === undefined)
          .map((message) => `${message} is gone from the topic ${name}`),
      ];
    }),
    ...Object.entries(published.components.messages).flatMap(([name, message]) => {
      const now = current.components.messages[name];
      if (now === undefined) return [`The message ${name} is gone`];
      return [
        ...(now.contentType === message.contentType ? [] : [`${name} has another content type`]),
        ...schemaChanges(
          `${name}.key`,
          message.bindings.kafka.key as Schema,
          now.bindings.kafka.key as Schema,
        ),
        ...schemaChanges(`${name}.headers`, message.headers as Schema, now.headers as Schema),
        ...schemaChanges(`${name}.payload`, message.payload as Schema, now.payload as Schema),
      ];
    }),
  ];
}

function cleanupOf({ bindings }: AsyncApiDocument['channels'][string]): readonly string[] {
  return bindings.kafka.topicConfiguration['cleanup.policy'];
}

function schemaChanges(where: string, published: Schema, current: Schema): string[] {
  const keywords = new Set([...Object.keys(published), ...Object.keys(current)]);
  const changed = [...keywords].filter(
    (keyword) =>
      !WORDS.has(keyword) &&
      !NESTED.has(keyword) &&
      !isDeepStrictEqual(published[keyword], current[keyword]) &&
      !isMoreExact(keyword, published, current),
  );
  return [
    ...changed.map((keyword) => `${where} has another ${keyword}`),
    ...memberChanges(where, published, current),
    ...alternativeChanges(where, published, current),
  ];
}

function isMoreExact(keyword: string, published: Schema, current: Schema): boolean {
  const [before, now] = [published[keyword], current[keyword]];
  if (EXACT.has(keyword)) return before === undefined;
  // A pattern says what the format did, to validators without formats as well.
  if (keyword === 'format') return published.pattern === undefined && current.pattern !== undefined;
  if (keyword === 'minimum') return Number(now) > Number(before);
  if (keyword === 'maximum') return Number(now) < Number(before);
  return false;
}

function memberChanges(where: string, published: Schema, current: Schema): string[] {
  const [before, now] = [membersOf(published), membersOf(current)];
  const [required, requiredNow] = [requiredOf(published), requiredOf(current)];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
    const [member, memberNow] = [before[name], now[name]];
    if (memberNow === undefined) return [`${where}.${name} is gone`];
    if (member === undefined) return requiredNow.has(name) ? [`${where}.${name} is new, and required`] : [];
    return [
      ...(required.has(name) && !requiredNow.has(name) ? [`${where}.${name} is no longer required`] : []),
      ...(!required.has(name) && requiredNow.has(name) ? [`${where}.${name} is now required`] : []),
      ...schemaChanges(`${where}.${name}`, member, memberNow),
    ];
  });
}

/** Of arrays, their items; of a choice, its parts. */
function alternativeChanges(where: string, published: Schema, current: Schema): string[] {
  const [before, now] = [alternativesOf(published), alternativesOf(current)];
  if (before.length !== now.length) return [`${where} has other alternatives`];
  return before.flatMap((alternative, index) => schemaChanges(`${where}[]`, alternative, now[index] ?? {}));
}

const membersOf = ({ properties }: Schema): Readonly<Record<string, Schema>> =>
  (properties ?? {}) as Record<string, Schema>;
const requiredOf = ({ required }: Schema): ReadonlySet<string> => new Set((required ?? []) as string[]);
const alternativesOf = ({ items, anyOf }: Schema): readonly Schema[] =>
  (items === undefined ? (anyOf ?? []) : [items]) as Schema[];
