import { randomBytes } from 'node:crypto';

const SHORTEST = 5;

/** Secret words, each used in one place and nowhere else, so that wherever one turns up, it has leaked from there. */
export class Canaries {
  private readonly places = new Map<string, string>();

  /** A new one. @param place where it is put */
  put(place: string): string {
    return this.note(place, `canary${randomBytes(8).toString('hex')}`);
  }

  /** Digits that a phone number may have. */
  putNumber(place: string): string {
    const digits = BigInt(`0x${randomBytes(8).toString('hex')}`)
      .toString()
      .slice(-9)
      .padStart(9, '7');
    return this.note(place, digits);
  }

  /** A secret that is made elsewhere. */
  note(place: string, secret: string): string {
    if (secret.length < SHORTEST)
      throw new Error(`The canary in ${place} is too short to be told from other words`);
    this.places.set(secret, place);
    return secret;
  }

  /** Those whose places begin with one of these words. */
  of(...beginnings: readonly string[]): Canaries {
    const some = new Canaries();
    for (const [secret, place] of this.places) {
      if (beginnings.some((beginning) => place.startsWith(beginning))) some.note(place, secret);
    }
    return some;
  }

  /** The places whose canaries are in a text, plain or as programs write them down. */
  in(text: string): string[] {
    const haystack = text.toLowerCase();
    return [...this.places]
      .filter(([secret]) => formsOf(secret).some((form) => haystack.includes(form.toLowerCase())))
      .map(([, place]) => place);
  }

  /** The places whose canaries are not in a text. */
  missingIn(text: string): string[] {
    const found = new Set(this.in(text));
    return [...this.places.values()].filter((place) => !found.has(place));
  }
}

/** As it is; percent-encoded; in hexadecimal digits; and in base64, wherever in it the word begins. */
function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${'x'.repeat(before)}${secret}`).toString('base64url');
    // What the neighbours have a share in is left out.
    return encoded.slice(before === 0 ? 0 : 4, -4);
  });
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex'), ...base64];
  return forms.filter((form) => form.length >= SHORTEST);
}
