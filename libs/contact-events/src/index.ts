export { type AccountEventType } from './account-event-schema.js';
export { type LoggedAccountEvent, toAccountMessage } from './account-cloud-event.js';
export { type AsyncApiDocument, asyncApiDocument, type AsyncApiMessage } from './asyncapi-document.js';
export {
  type ContactMessage,
  dataSchemaUrl,
  eventId,
  fromKafkaMessage,
  type LoggedContactEvent,
  toCloudEvent,
  toKafkaMessage,
  toTombstone,
  versionHeader,
} from './cloud-event.js';
export { contactEventData } from './contact-event-data.js';
export { contactDetailsShape } from './contact-event-schema.js';
export { type ContactRecord, EventNotUnderstood, readContactEvent } from './contact-record.js';
export { type ContactView, foldContact } from './contact-view.js';
export { contactDataClasses } from './data-classes.js';
export { eventJsonSchemas } from './json-schemas.js';
export { MASKED_MEMBERS, maskedData } from './masked-data.js';
export { LARGEST_VALUE_BYTES, publishedData } from './published-data.js';
export { type TopicNames, topicNames } from './topic-names.js';
