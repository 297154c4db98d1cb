import { hash } from 'node:crypto';

import { type DecisionContext } from '#contact';

/** 128 bits of SHA-256: short to store, and no two contacts will ever collide by accident. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** What a decision needs from outside. @param now the database's time, ISO 8601 */
export function decisionContext(
  run: { readonly id: string; readonly accountId: string },
  now: string,
): DecisionContext {
  return { accountId: run.accountId, runId: run.id, now, digest };
}

/**
 * Raise it with every change of what a raw person is read as or compared by: a contact whose raw person has the hash
 * that its snapshot keeps is taken for unchanged without being read.
 */
const READING_RULES = 2;

/**
 * The hash of a person as Google sent it, without what is no change by itself: etags, update times, the order of items. Whatever
 * else differs gives another hash; then the contents decide.
 *
 * @param raw a person whose identity could be read
 */
export function rawHash(raw: unknown): string {
  let text = String(READING_RULES);
  for (const [member, value] of Object.entries(raw as Record<string, unknown>)) {
    if (member === 'etag') continue;
    // JSON has no line breaks of its own.
    text += `\n${JSON.stringify(member)}:${member === 'metadata' ? JSON.stringify(withoutVersions(value)) : inAnyOrder(value)}`;
  }
  return digest(text);
}

function inAnyOrder(value: unknown): string {
  if (!Array.isArray(value) || value.length < 2) return JSON.stringify(value);
  return value
    .map((item) => JSON.stringify(item))
    .sort()
    .join('\n ');
}

/** The sources' etags and update times are those of the person; everything else of its metadata counts. */
function withoutVersions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutVersions);
  const kept = Object.entries(value).filter(([member]) => member !== 'etag' && member !== 'updateTime');
  return Object.fromEntries(kept.map(([member, inner]) => [member, withoutVersions(inner)]));
}
