import { orderedBy } from './canonical-order.js';
import { type JsonObject } from './json-reader.js';
import { visibleText } from './visible-text.js';

/** What an item of a person says, and where Google has it from. */
export interface SourcedItem<T> {
  readonly says: T;
  /** Of a CONTACT source: the person whose address book it is wrote it. Others come from profiles. */
  readonly isOwn: boolean;
  readonly isPrimary: boolean;
  readonly isPrimaryOfItsSource: boolean;
}

/**
 * What the items of a field say, without those that say nothing. What the person wrote comes first, then Google's primary
 * one, then all others in an order that depends on what they say alone: Google gives items in no guaranteed order.
 *
 * @param decidesBy what of an item decides, before the rest of it does
 */
export function sourcedItems<T>(
  items: readonly JsonObject[],
  read: (item: JsonObject) => T | null,
  decidesBy: (says: T) => unknown = (says) => says,
): SourcedItem<T>[] {
  const said: SourcedItem<T>[] = [];
  for (const item of items) {
    const metadata = item.object('metadata');
    const source = {
      isOwn: metadata?.object('source')?.text('type') === 'CONTACT',
      isPrimary: metadata?.flag('primary') ?? false,
      isPrimaryOfItsSource: metadata?.flag('sourcePrimary') ?? false,
    };
    const says = read(item);
    if (says !== null) said.push({ says, ...source });
  }
  return orderedBy(said, (item) => rankOf(item, decidesBy(item.says)));
}

/** What is invisible decides only between items that look alike. */
function rankOf(
  { says, isOwn, isPrimary, isPrimaryOfItsSource }: SourcedItem<unknown>,
  decisive: unknown,
): string {
  const marks = [isOwn, isPrimary, isPrimaryOfItsSource].map((mark) => (mark ? 0 : 1)).join('');
  return `${marks}${visibleText(JSON.stringify(decisive))}\n${JSON.stringify(says)}`;
}

/** What the one item of a kind that a contact shows says. */
export function preferred<T>(items: readonly JsonObject[], read: (item: JsonObject) => T | null): T | null {
  return sourcedItems(items, read)[0]?.says ?? null;
}

/**
 * Each value once: of items that are the same, the first, which takes from the others what it does not say itself, and
 * whether Google has it for the primary one.
 *
 * @param items as {@link sourcedItems} orders them
 * @param isSame whether an item is the value of one before it
 */
export function distinctItems<T extends object>(
  items: readonly SourcedItem<T>[],
  isSame: (item: SourcedItem<T>, kept: SourcedItem<T>) => boolean,
): SourcedItem<T>[] {
  const kept: SourcedItem<T>[] = [];
  for (const item of items) {
    const at = kept.findIndex((one) => isSame(item, one));
    const twin = kept[at];
    if (twin === undefined) kept.push(item);
    else kept[at] = filled(twin, item);
  }
  return kept;
}

function filled<T extends object>(twin: SourcedItem<T>, item: SourcedItem<T>): SourcedItem<T> {
  const more = item.says as Readonly<Record<string, unknown>>;
  const own = Object.entries(twin.says as Readonly<Record<string, unknown>>);
  const says = own.map(([member, value]) => [member, value ?? more[member]] as const);
  return {
    ...twin,
    says: Object.fromEntries(says) as T,
    isPrimary: twin.isPrimary || item.isPrimary,
  };
}

/**
 * The primary one first, where Google marks one of the field at all: exactly one then. It is one that the person wrote, if
 * there is such a one, even where Google prefers what a profile says.
 *
 * @param isMarked whether Google marks any item of the field, be it one that says nothing
 */
export function withPrimary<T extends object>(
  items: readonly SourcedItem<T>[],
  isMarked: boolean,
): (T & { readonly primary: boolean })[] {
  const candidates = items[0]?.isOwn === true ? items.filter(({ isOwn }) => isOwn) : items;
  const primary = isMarked
    ? (candidates.find((item) => item.isPrimary) ??
      candidates.find((item) => item.isPrimaryOfItsSource) ??
      candidates[0])
    : undefined;
  const others = items.filter((item) => item !== primary).map(({ says }) => ({ ...says, primary: false }));
  return primary === undefined ? others : [{ ...primary.says, primary: true }, ...others];
}
