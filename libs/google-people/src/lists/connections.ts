import { type GoogleList } from './google-list.js';

/**
 * The contacts that a person keeps: https://developers.google.com/people/api/rest/v1/people.connections/list, and one by
 * one: https://developers.google.com/people/api/rest/v1/people/getBatchGet
 *
 * @param personFields Google's names of the fields that are read
 */
export function connections(personFields: readonly string[]): GoogleList {
  return {
    fields: personFields,
    items: 'people',
    member: 'connections',
    routes: { list: '/v1/people/me/connections', lookUp: '/v1/people:batchGet' },
    parameters: { resourceName: 'people/me', personFields: personFields.join(',') },
    method: (people) => people.people.connections,
    lookUp: (people) => (parameters, options) =>
      people.people.getBatchGet({ ...parameters, personFields: personFields.join(',') }, options),
  };
}
