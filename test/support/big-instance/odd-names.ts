/** What people call contacts: in every script, in both directions, and in ways that a page must show as they are. */
export const ODD_NAMES = [
  'Zoë Ångström',
  'Nguyễn Thị Minh Ánh',
  'Νίκος Παπαδόπουλος',
  'Фёдор Михайлович Достоевский',
  'محمد عبد الله',
  'דוד בן־גוריון',
  'अनिल कुमार',
  'অমর্ত্য সেন',
  'தமிழ்ச்செல்வி',
  'สมชาย ใจดี',
  'နိုင်ငံ',
  'გიორგი მაისურაძე',
  'Արամ Խաչատրյան',
  'አበበ ቢቂላ',
  '林徽因',
  '山田 ﾀﾛｳ',
  '김민준',
  'ᠮᠣᠩᠭᠣᠯ',
  '👩‍👩‍👧 🏳️‍🌈 Family',
  'Z͑ͫ̓aͫ̂l̶g̵o̴',
  '\u202egnoW eht yaW\u202c',
  'so\u00adft\u200bly hid\u2060den',
  '<img src=x onerror="alert(1)">',
  '{{constructor}} ${7*7} %s',
  "Robert'); DROP TABLE contacts;--",
  '-1+1|=cmd',
] as const;

/** The name again and again, up to 300 characters. */
export function long(name: string): string {
  return Array.from(`${name} `.repeat(300)).slice(0, 300).join('').trim();
}
