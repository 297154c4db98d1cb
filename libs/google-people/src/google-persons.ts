import { type people_v1 } from '@googleapis/people';

import { type Grant } from './grant.js';
import { GoogleUnavailable } from './google-errors.js';
import { readSubject } from './id-token.js';

/** A person with a Google account. */
export interface GooglePerson {
  /** The account's id at Google: `sub` of an id_token, and `people/{id}` of people/me. Never changes. */
  readonly subject: string;
  /** null where it is not known. */
  readonly email: string | null;
}

/** Tells who granted what we hold. */
export interface GooglePersons {
  /**
   * Asks once: whoever wants to know decides when to ask again.
   *
   * @throws GoogleError one of its classes
   */
  whoIs(grant: Grant, signal?: AbortSignal): Promise<GooglePerson>;
}

/** Asks people/me for the account's id: https://developers.google.com/people/api/rest/v1/people/get */
export async function askForSubject(people: people_v1.People, signal?: AbortSignal): Promise<string> {
  const { data } = await people.people.get(
    { resourceName: 'people/me', personFields: 'metadata' },
    { retry: false, ...(signal === undefined ? {} : { signal }) },
  );
  // Whatever came: the client hands it on.
  const { resourceName } = (data as { resourceName?: unknown } | null) ?? {};
  const subject = readSubject(/^people\/(.+)$/s.exec(String(resourceName))?.[1]);
  if (subject === null) throw new GoogleUnavailable('Google did not say whose sign-in it is');
  return subject;
}
