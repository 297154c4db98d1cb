export * from './contact.js';
export * from './contact-event.js';
export { type ContactSnapshot } from './contact-snapshot.js';
export { type ContactCommand, decide, type DecisionContext, evolve, initialState } from './decide.js';
export { changedContacts, decidePage, type PageDecision, type SightOutcome } from './decide-page.js';
export { fingerprint } from './fingerprint.js';
export { type ContactDirectory, type Identification, identify } from './identify.js';
export { PERSON_FIELDS } from './contact-details.js';
export { storableText } from './json-reader.js';
export {
  type DeletedPerson,
  keysOf,
  type Person,
  type PersonIdentity,
  readAsFarAsUnderstood,
  readIdentity,
  readPerson,
  readSeenPerson,
  RESOURCE_NAME,
  type SeenPerson,
  sourceKey,
} from './person.js';
export { PersonNotUnderstood } from './person-not-understood.js';
export { visibleText } from './visible-text.js';
