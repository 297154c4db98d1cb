import { describe, expect, it } from '@jest/globals';

import { foldedForms } from './folded-text.js';

/** Whether what is written is found by what is typed. */
const finds = (typed: string, written: string): boolean =>
  foldedForms(written).some((form) => form.includes(foldedForms(typed)[0]));

describe('What is typed finds what is written', () => {
  it.each([
    ['Danish', 'soren', 'Søren'],
    ['Danish without its letters', 'soeren', 'Søren'],
    ['Polish', 'lecki', 'Łęcki'],
    ['Vietnamese', 'dang nguyen', 'Đặng Nguyễn'],
    ['Icelandic', 'thorsdottir', 'Þórsdóttir'],
    ['Icelandic eth', 'gudrun', 'Guðrún'],
    ['German', 'muller', 'Müller'],
    ['German without umlauts', 'mueller', 'Müller'],
    ['German, where they are composed', 'mueller', 'Mu\u0308ller'],
    ['ß', 'strasse', 'Straße'],
    ['a capital ẞ', 'strasse', 'STRAẞE'],
    ['Norwegian å', 'aase', 'Åse'],
    ['French œ', 'oeuvre', 'Œuvre'],
    ['Turkish dotless i', 'isik', 'Işık'],
    ['a Turkish capital', 'istanbul', 'İSTANBUL'],
    ['Croatian', 'dordevic', 'Đorđević'],
    ['Romanian', 'stefan', 'Ștefan'],
    ['Maltese', 'hal', 'Ħal'],
    ['ligatures', 'finn', 'ﬁnn'],
    ['full-width letters', 'ada', 'Ａｄａ'],
    ['mathematical letters', 'ada', '𝓐𝓭𝓪'],
    ['Russian', 'ivanov', 'Иванов'],
    ['Russian soft signs', 'olga', 'Ольга'],
    ['Russian й', 'sergey', 'Сергей'],
    ['Ukrainian', 'yaroslav', 'Ярослав'],
    ['Serbian', 'milos', 'Милош'],
    ['Greek', 'papadopoulos', 'Παπαδόπουλος'],
    ['Greek with an accent on the pair', 'papadopoulou', 'Παπαδοπούλου'],
    ['Greek pairs', 'evangelos', 'Ευάγγελος'],
    ['Arabic, which has no vowels', 'mhmd', 'محمد'],
    ['Arabic with a hamza', 'hmd', 'أحمد'],
    ['Hebrew, which has none either', 'dvd', 'דוד'],
    ['Armenian', 'hayk', 'Հայկ'],
    ['Georgian', 'giorgi', 'გიორგი'],
    ['Hindi', 'modi', 'मोदी'],
    ['Thai', 'kitti', 'กิตติ'],
    ['Korean', 'minjun', '김민준'],
    ['Chinese', 'jianguo', '刘建国'],
    ['katakana', 'yamada', 'ヤマダ'],
    ['hiragana', 'yamada', 'やまだ'],
    ['half-width katakana', 'yamada', 'ﾔﾏﾀﾞ'],
    ['kana of two signs', 'kyouko', 'きょうこ'],
    ['kana without long vowels', 'kyoko', 'キョウコ'],
    ['kana with a stroke', 'yuko', 'ユーコ'],
    ['a doubled consonant', 'ikko', 'いっこ'],
    ['n before a vowel', 'shinichi', 'しんいち'],
  ])('in Latin letters, of %s: %s, %s', (_, typed, written) => {
    expect(finds(typed, written)).toBe(true);
    expect(finds(typed.toUpperCase(), written)).toBe(true);
  });

  it.each([
    ['Søren'],
    ['Łęcki'],
    ['Đặng'],
    ['Þórsdóttir'],
    ['STRAẞE'],
    ['Иванов'],
    ['Παπαδόπουλος'],
    ['مُحَمَّد'],
    ['דָּוִד'],
    ['山田'],
    ['ヤマダ'],
    ['김민준'],
    ['กิตติ'],
    ['नरेंद्र'],
    ['👋'],
  ])('in its own letters: %s', (written) => {
    for (const typed of [written, written.normalize('NFD'), written.toLowerCase(), written.toUpperCase()])
      expect(finds(typed, written)).toBe(true);
  });

  it.each([
    ['Cyrillic without marks', 'Федор', 'Фёдор'],
    ['Arabic without vowel points', 'محمد', 'مُحَمَّد'],
    ['Arabic without a hamza', 'احمد', 'أحمد'],
    ['Persian letters by an Arabic keyboard', 'علي كريمي', 'علی کریمی'],
    ['teh marbuta as heh', 'فاطمه', 'فاطمة'],
    ['Hebrew without vowel points', 'שלום', 'שָׁלוֹם'],
    ['a Hebrew maqaf', 'בן-גוריון', 'בן־גוריון'],
    ['a Greek final sigma', 'παπαδοπουλοσ', 'Παπαδόπουλος'],
    ['hiragana for katakana', 'やまだ', 'ヤマダ'],
    ['katakana for hiragana', 'ヤマダ', 'やまだ'],
  ])('in its own script, %s', (_, typed, written) => {
    expect(finds(typed, written)).toBe(true);
  });

  it.each(Array.from(`'\`´‘’‚‛ʹʻʼʽʾʿˈ′‵＇`))(
    'whatever the apostrophe, such as %s, and without one',
    (apostrophe) => {
      const written = `O${apostrophe}Dowd`;
      for (const typed of ["o'dowd", 'o’dowd', 'odowd', written]) expect(finds(typed, written)).toBe(true);
    },
  );

  it.each(Array.from('-‐‑‒–—―−﹘﹣－⁃'))('whatever the dash, such as %s', (dash) => {
    const written = `Anne${dash}Marie`;
    for (const typed of ['anne-marie', 'Anne\u2011Marie', written]) expect(finds(typed, written)).toBe(true);
  });

  it.each([
    ['a soft hyphen', '\u00ad'],
    ['a zero-width space', '\u200b'],
    ['a joiner', '\u200d'],
    ['a non-joiner', '\u200c'],
    ['a word joiner', '\u2060'],
    ['a byte order mark', '\ufeff'],
    ['a direction mark', '\u200f'],
    ['an isolate', '\u2068'],
    ['a grapheme joiner', '\u034f'],
    ['a variation selector', '\ufe0f'],
    ['a Mongolian vowel separator', '\u180e'],
    ['a Hangul filler', '\u3164'],
    ['a tag', '\u{e0061}'],
    ['U+0000', '\0'],
  ])('whatever cannot be seen, such as %s', (_, invisible) => {
    expect(finds('rijkaard', `Rijk${invisible}aard`)).toBe(true);
    expect(finds(`rijk${invisible}aard`, 'Rijkaard')).toBe(true);
  });

  it('whatever the space', () => {
    expect(foldedForms(' Ada\u00a0\u3000 King\n')[0]).toBe('ada king');
  });
});

describe('What is typed does not find', () => {
  it.each([
    ['Latin letters by another script that is read alike', '林', 'Linda'],
    ['nor Korean ones', '이', 'Ian'],
    ['nor Arabic ones', 'علي', 'Emily'],
    ['one Chinese character by another of that reading', '林', '琳'],
    ['a letter of another script by how it is kept', 'zghjh', '林'],
    ['an umlaut by another vowel', 'mailer', 'Müller'],
  ])('%s', (_, typed, written) => {
    expect(finds(typed, written)).toBe(false);
  });
});

describe('Folded text', () => {
  it('is ASCII, in every script', () => {
    for (const text of ['林徽因 👋 Ñandú', 'Ωμέγα', 'שלום', '﷽', '\u{20000}'])
      for (const form of foldedForms(text)) expect(form).toMatch(/^[\x20-\x7e]*$/);
  });

  it('is one form where there is nothing else to type', () => {
    expect(foldedForms('Ada')).toEqual(['ada']);
    expect(foldedForms('Zoë')).toEqual(['zoe']);
    expect(foldedForms('Łęcki')).toEqual(['lecki']);
  });
});
