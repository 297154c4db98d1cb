export interface LockFile {
  readonly packages: Readonly<Record<string, object>>;
}

export interface MissingEntry {
  readonly name: string;
  readonly version: string;
  readonly dev: boolean;
}

export function missingEntries(lock: LockFile): MissingEntry[];
