import { type Item } from '../rest/schema.js';
import { safeText } from '../terminal/safe-text.js';
import { coloured, type Screen } from '../terminal/screen.js';
import { cut } from '../terminal/table.js';

/** An event in one line. */
export function eventInWords(
  { position: at, time, type, subject, data }: Item<'/api/events'>,
  screen: Screen,
): string {
  const isDeleted = type === 'ContactDeleted';
  const { change, reason, changedFields, contact } = data as {
    change?: string;
    reason?: string;
    changedFields?: readonly string[];
    contact?: { displayName?: string };
  };
  const what = change ?? reason ?? '';
  const fields = change === 'updated' ? ` (${changedFields?.join(', ') ?? ''})` : '';
  const name = contact?.displayName === undefined ? '' : `  ${contact.displayName}`;
  const text = `${at.padStart(8)}  ${safeText(`${time}  ${what}${fields}  ${subject}${name}`)}`;
  return coloured(cut(text, screen.width), isDeleted ? 'red' : undefined, screen);
}
