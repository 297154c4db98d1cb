interface Actor {
  readonly kind: string;
  readonly name: string | null;
}

/** Who did something: `ines`, `token cron`, `whoever opened the link`. */
export function actorWords(actor: Actor | null): string {
  if (actor === null) return 'schedule';
  const { kind, name } = actor;
  switch (kind) {
    case 'token':
      return name === null ? 'a token' : `token ${name}`;
    case 'person':
      return name ?? 'a person';
    case 'anyone':
      return 'somebody on this machine';
    case 'link':
      return 'whoever opened a connect link';
    default:
      return name ?? kind;
  }
}
