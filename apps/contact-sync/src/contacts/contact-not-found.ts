import { CodedError } from '#platform';

export function contactNotFound(id: string): CodedError {
  return new CodedError('contact-not-found', `There is no contact ${id}.`);
}
