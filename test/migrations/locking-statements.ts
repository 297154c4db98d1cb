/** Tables of few rows: some for each account at most. All others grow with contacts, events or runs. */
const SMALL = [
  'accounts',
  'api_tokens',
  'connect_links',
  'contact_counts',
  'dead_letters',
  'erasures',
  'google_quota',
  'held_deletions',
  'leases',
  'processes',
  'projection_checkpoints',
  'projection_followers',
  'projection_rebuilds',
  'quarantined_persons',
  'refused_records',
  'relay_partitions',
  'relays',
  'sessions',
  'sign_ins',
  'sync_lists',
  'withheld_events',
];

const ALTER = '^alter table (if exists )?(only )?TABLE ';

/** By a pattern of a statement, in which TABLE is a large one; the first that fits says why it must not be. */
const RULES: readonly (readonly [pattern: string, why: string])[] = [
  [
    '^create (unique )?index (?!concurrently).*? on (only )?TABLE',
    'writers wait while it is made: create index concurrently',
  ],
  [`${ALTER}.*alter (column )?\\S+ (set data )?type `, 'it writes the table anew: add another column'],
  [
    `${ALTER}.*alter (column )?\\S+ set not null`,
    'it reads the table under its lock: add a check that is not valid, validate it in the next migration',
  ],
  [
    `${ALTER}.*add (column )?.*\\b(constraint|references|unique|primary key|check)\\b(?!.*(not valid|using index))`,
    'it reads the table, or makes an index, under its lock: not valid, and validated in the next migration; or using index',
  ],
  [
    `${ALTER}.*add (column )?.*\\b(generated|(big)?serial|default [^,]*\\b(random|gen_random_uuid|uuidv7|clock_timestamp|nextval))\\b`,
    'it writes the table anew: add the column without, set a default, let the service fill it in steps',
  ],
  [
    `${ALTER}validate constraint`,
    'it reads the table: in a migration without a transaction nobody waits for that',
  ],
  [
    '^(update|delete from) (only )?TABLE',
    'it locks and writes many rows at once: let the service do it in steps',
  ],
  ['^(vacuum full|cluster|truncate|lock)( table)? (only )?TABLE', 'nobody reads or writes meanwhile'],
];

/** Without a transaction each has to be as good when it is carried out a second time, and no lock has a limit. */
const ONLINE =
  /^((create (unique )?index concurrently (?!if)|drop index concurrently if exists|reindex \S+ concurrently|vacuum (?!full)|analyze)\b|alter table \S+ validate constraint\b)/;

/**
 * What in a migration keeps others waiting.
 *
 * @returns a sentence for each such statement
 */
export function lockingStatements(queries: readonly string[], isTransactional: boolean): string[] {
  const statements = queries.map((sql) => sql.replaceAll(/\s+/g, ' ').trim().toLowerCase());
  // Of one that it makes itself nobody knows yet.
  const made = statements.flatMap(
    (sql) => /^create table (?:if not exists )?(\w+)/.exec(sql)?.slice(1) ?? [],
  );
  const large = `(?!(${[...SMALL, ...made].join('|')})\\b)\\w+\\b`;
  return statements.flatMap((sql) => {
    if (!isTransactional) {
      return ONLINE.test(sql)
        ? []
        : [`${sql}: belongs into a migration with a transaction, whose waits have an end`];
    }
    const rule = RULES.find(([pattern]) => new RegExp(pattern.replace('TABLE', large)).test(sql));
    return rule === undefined ? [] : [`${sql}: ${rule[1]}`];
  });
}
