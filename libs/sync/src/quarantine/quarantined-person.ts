import { createHash } from 'node:crypto';

import { type PersonIdentity, type PersonNotUnderstood, sourceKey, storableText } from '#contact';

/** A person that could not be understood, with the payload as it came. */
export interface QuarantinedPerson {
  /** What it is known by: its resource name, else a source id, else a hash of its payload. */
  readonly key: string;
  readonly resourceName: string | null;
  readonly sourceIds: readonly string[];
  readonly previousResourceNames: readonly string[];
  /** JSON. */
  readonly payload: string;
  /** Where in the person and what is wrong there; never the value. */
  readonly error: string;
}

/**
 * @param raw any JSON value
 * @param identity where that could be read; else it is gathered from whatever there is
 */
export function quarantinedPerson(
  raw: unknown,
  error: PersonNotUnderstood,
  identity?: PersonIdentity,
): QuarantinedPerson {
  const payload = JSON.stringify(raw);
  const { resourceName, sourceIds, previousResourceNames } = identity ?? whatIsKnown(raw);
  const [sourceId] = sourceIds;
  return {
    key:
      resourceName ??
      (sourceId === undefined
        ? `payload:${createHash('sha256').update(payload).digest('hex')}`
        : sourceKey(sourceId)),
    resourceName,
    sourceIds,
    previousResourceNames,
    payload,
    error: error.message,
  };
}

function whatIsKnown(raw: unknown) {
  const metadata = member(raw, 'metadata');
  return {
    resourceName: cleanText(member(raw, 'resourceName')),
    sourceIds: contactSourceIds(member(metadata, 'sources')),
    previousResourceNames: cleanTexts(member(metadata, 'previousResourceNames')),
  };
}

function contactSourceIds(sources: unknown): string[] {
  if (!Array.isArray(sources)) return [];
  return cleanTexts(
    sources
      .filter((source) => member(source, 'type') === 'CONTACT')
      .map((source: unknown) => member(source, 'id')),
  );
}

function cleanTexts(values: unknown): string[] {
  return Array.isArray(values) ? values.map(cleanText).filter((text) => text !== null) : [];
}

function cleanText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = storableText(value);
  return text === '' ? null : text;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
