import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, MIGRATION_LIMITS, MIGRATIONS_TABLE } from '#platform';
import { rebuiltTables } from '#read-model';

/** What a connection is, as PostgreSQL sees it. */
export interface DatabaseRole {
  readonly name: string;
  readonly database: string;
  /** Where it finds and makes tables. */
  readonly schema: string | null;
  readonly isSuperuser: boolean;
}

export async function databaseRole(em: SqlEntityManager): Promise<DatabaseRole> {
  const [role] = await boundSql<DatabaseRole>(
    em.fork(),
    `select current_user as name, current_database() as database, current_schema() as schema,
       current_setting('is_superuser')::boolean as "isSuperuser"`,
  );
  if (role === undefined) throw new Error('PostgreSQL does not say who is connected');
  return role;
}

/** Whether one who migrates can make the service's role an owner. */
export async function isMemberOf(em: SqlEntityManager, role: string): Promise<boolean> {
  const [answer] = await boundSql<{ member: boolean }>(
    em.fork(),
    `select pg_has_role($1, 'member') as member`,
    [role],
  );
  return answer?.member === true;
}

/**
 * Gives the service's role what it lacks in the current schema, and nothing of what others keep there: rows of the tables
 * that we migrate, the list of migrations to read, and the tables of the read model as their owner, because a rebuild
 * makes, fills and drops them (docs/adr/0044). A statement for what is there already could meet a rebuild's own.
 *
 * @param em of the role that migrates
 * @returns the statements that were carried out
 */
export async function grantServiceRights(em: SqlEntityManager, role: string): Promise<string[]> {
  const statements = await lackingRights(em, role);
  for (const statement of statements) {
    await em.fork().transactional(async (tx) => {
      await boundSql(tx, MIGRATION_LIMITS);
      await boundSql(tx, statement);
    });
  }
  return statements;
}

/** @returns the statements that would give the service's role what it lacks */
export async function lackingRights(em: SqlEntityManager, role: string): Promise<string[]> {
  const rows = await boundSql<{ statement: string }>(em.fork(), LACKING, [
    role,
    MIGRATIONS_TABLE,
    rebuiltTables,
  ]);
  return rows.map(({ statement }) => statement);
}

/** The schema first: the new owner of a table must be allowed to make one there. */
const LACKING = `
  with role as (
    select oid, rolname from pg_roles where rolname = $1
  ), place as (
    select oid, nspname from pg_namespace where nspname = current_schema()
  ), tables as (
    select class.oid, class.oid::regclass as name, relname, relkind, relowner from pg_class class
    join place on relnamespace = place.oid where relkind in ('r', 'S')
  ), ours as (
    select * from tables where relowner = (select relowner from tables where relname = $2)
  )
  select format('grant usage, create on schema %I to %I', nspname, rolname) as statement from place, role
  where not (has_schema_privilege(role.oid, place.oid, 'usage')
    and has_schema_privilege(role.oid, place.oid, 'create'))
  union all
  select format('alter table %s owner to %I', name, rolname) from tables, role
  where relkind = 'r' and relname = any($3) and relowner <> role.oid
  union all
  select format('grant select on table %s to %I', name, rolname) from ours, role
  where relname = $2 and not has_table_privilege(role.oid, ours.oid, 'select')
  union all
  select format('grant select, insert, update, delete on table %s to %I', name, rolname) from ours, role
  where relkind = 'r' and relname <> $2 and relname <> all($3)
    and not (has_table_privilege(role.oid, ours.oid, 'select') and has_table_privilege(role.oid, ours.oid, 'insert')
      and has_table_privilege(role.oid, ours.oid, 'update') and has_table_privilege(role.oid, ours.oid, 'delete'))
  union all
  select format('grant usage, select, update on sequence %s to %I', name, rolname) from ours, role
  where relkind = 'S' and not (has_sequence_privilege(role.oid, ours.oid, 'usage')
    and has_sequence_privilege(role.oid, ours.oid, 'select') and has_sequence_privilege(role.oid, ours.oid, 'update'))
  union all
  select format('grant execute on function %s to %I', function.oid::regprocedure, rolname)
  from pg_proc function join place on pronamespace = place.oid, role
  where proowner = (select relowner from tables where relname = $2)
    and not has_function_privilege(role.oid, function.oid, 'execute')`;
