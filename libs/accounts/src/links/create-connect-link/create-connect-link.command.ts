import { Command } from '@nestjs/cqrs';

/** What a link is for; each part may be left out. */
export interface ConnectLinkDraft {
  /** What the account is to be known by; the account that has it already is signed in again. */
  readonly reference?: string | undefined;
  /** Where the browser goes afterwards. */
  readonly returnUrl?: string | undefined;
  /** The address or id of the person whom Google is to offer. */
  readonly loginHint?: string | undefined;
}

/** A link that was made; nobody can read its token again. */
export interface MadeConnectLink {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Makes a link by which one person connects an account. */
export class CreateConnectLinkCommand extends Command<MadeConnectLink> {
  constructor(readonly draft: ConnectLinkDraft) {
    super();
  }
}
