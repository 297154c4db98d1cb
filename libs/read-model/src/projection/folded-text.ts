import { storableText } from '#contact';
import anyAscii from 'any-ascii';
import { toRomaji } from 'wanakana';

/**
 * A text as it is searched, in ASCII (docs/adr/0035-what-is-typed-finds-it.md): neither case, accents, the kind of a
 * dash, apostrophes nor what cannot be seen count.
 *
 * @returns first the text in its own script, which is also how it is asked for; behind it what else people type for it,
 *   which is only stored
 */
export function foldedForms(text: string): readonly [string, ...string[]] {
  const visible = storableText(text)
    .replace(INVISIBLE, '')
    .replace(APOSTROPHES, '')
    .replace(DASHES, '-')
    .replace(/\s+/gu, ' ')
    .trim();
  const folded = inOwnScript(visible);
  if (!NOT_ASCII.test(visible)) return [folded];
  const others = [...withoutUmlauts(visible), ...inLatinLetters(visible)];
  return [folded, ...new Set(others.filter((form) => form !== folded))];
}

const NOT_ASCII = /[^\0-\x7f]/;

/** Soft hyphens, joiners, direction marks, variation selectors. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Left out by many, and written as whatever the keyboard has; also what transliteration writes for soft signs. */
const APOSTROPHES = /['`´‘’‚‛ʹʻʼʽʾʿˈˊˋ′‵՚׳΄᾽᾿῾＇｀]/gu;

const DASHES = /[\p{Dash_Punctuation}−⁃]/gu;

/** Accents and vowel points of the scripts whose readers leave them out; in others, marks are letters. */
const MARKS = /(?=[\p{scx=Latn}\p{scx=Grek}\p{scx=Cyrl}\p{scx=Hebr}\p{scx=Arab}\p{scx=Zinh}])\p{Mark}/gu;

/** Letters of Arabic and Persian keyboards that are one to who reads them. */
const ARABIC_LETTERS: Readonly<Record<string, string>> = {
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ە: 'ه',
};
const ARABIC_VARIANTS = new RegExp(`[${Object.keys(ARABIC_LETTERS).join('')}]`, 'g');

const KATAKANA = /[\u30a1-\u30f6]/g;
const HIRAGANA_BEFORE_KATAKANA = 0x60;

function inOwnScript(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  return inAscii(
    text
      .normalize('NFKD')
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .replace(MARKS, '')
      .replace(ARABIC_VARIANTS, (letter) => ARABIC_LETTERS[letter] ?? letter)
      .normalize('NFC')
      .replace(KATAKANA, (letter) => String.fromCharCode(letter.charCodeAt(0) - HIRAGANA_BEFORE_KATAKANA)),
  );
}

/**
 * Latin letters and what belongs to no script, as the Latin letters nearest to them. Each code unit of another script
 * becomes a Z and four letters A to P, the hexadecimal digits of it: capitals occur nowhere else, so that text of
 * another script contains what it contained before, and nothing more.
 */
function inAscii(text: string): string {
  return text.replace(EACH_NOT_ASCII, (character) => {
    const known = ASCII_OF.get(character);
    if (known !== undefined) return known;
    const ascii = LATIN_OR_NO_SCRIPT.test(character) ? transliterated(character) : coded(character);
    ASCII_OF.set(character, ascii);
    return ascii;
  });
}

const EACH_NOT_ASCII = /[^\0-\x7f]/gu;
const LATIN_OR_NO_SCRIPT = /[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;
const HEXADECIMAL = 'ABCDEFGHIJKLMNOP';
/** Of the characters met so far. */
const ASCII_OF = new Map<string, string>();

function coded(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => {
    const digits = character.charCodeAt(unit).toString(16).padStart(4, '0');
    return `Z${digits.replace(/./g, (digit) => HEXADECIMAL.charAt(Number.parseInt(digit, 16)))}`;
  }).join('');
}

function transliterated(text: string): string {
  return anyAscii(text).toLowerCase().replace(/['`]/g, '');
}

const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };

/** As it is typed where the keyboard lacks them: Mueller, Soeren. */
function withoutUmlauts(text: string): string[] {
  const spelled = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüøå]/g, (letter) => UMLAUTS[letter] ?? letter);
  return [inOwnScript(spelled)];
}

const OTHER_SCRIPTS = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu;
/** Not the diaeresis, which keeps two vowels apart. */
const GREEK_ACCENTS = /(?<=\p{Script=Greek})[\u0300\u0301\u0313\u0314\u0342\u0345]/gu;
/** What Greek writes with two letters and is read as one sound (ELOT 743). */
const GREEK_PAIRS: Readonly<Record<string, string>> = { ου: 'ou', αυ: 'av', ευ: 'ev', γγ: 'ng' };

/** What someone who has no other letters types for it; Japanese also without the long vowels: Kyoko. */
function inLatinLetters(text: string): string[] {
  if (!OTHER_SCRIPTS.test(text)) return [];
  const plain = text.normalize('NFKD').replace(GREEK_ACCENTS, '').normalize('NFC').toLowerCase();
  const latin = transliterated(
    plain
      .replace(/ου|[αε]υ|γγ/g, (letters) => GREEK_PAIRS[letters] ?? letters)
      .replace(KANA, (kana) => toRomaji(kana)),
  );
  return plain.search(KANA) !== -1 ? [latin, latin.replace(/ou|oo/g, 'o').replace(/uu/g, 'u')] : [latin];
}
