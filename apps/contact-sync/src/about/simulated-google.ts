import { type Configuration } from '#platform';

const GOOGLE = /(^|\.)googleapis\.com$/;

/** Where the simulator is that takes Google's place. @returns null: contacts come from Google itself */
export function simulatorUrl({ PEOPLE_API_URL: url }: Pick<Configuration, 'PEOPLE_API_URL'>): string | null {
  return GOOGLE.test(new URL(url).hostname) ? null : url;
}
