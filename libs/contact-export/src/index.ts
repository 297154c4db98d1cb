export { type CsvWidths, GoogleCsv, NARROWEST, widened } from './csv/google-csv.js';
export { groupResourceName } from './groups.js';
export { VCARD_VERSIONS, vCard, type VCardVersion } from './vcard/vcard.js';
