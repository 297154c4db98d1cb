import { type Client } from 'pg';

/** The role that owns the service's database, and may do nothing else on the server. */
export const SERVICE_ROLE = 'contactstream_service';

/** Creates the role unless it is there, and gives it this password, of letters and digits. */
export async function ensureServiceRole(admin: Client, password: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [SERVICE_ROLE]);
  if (rowCount === 0) await admin.query(`create role ${SERVICE_ROLE} login`);
  await admin.query(`alter role ${SERVICE_ROLE} password '${password}'`);
}

/**
 * Makes the role the owner of all that the database holds: earlier versions let the service work as the superuser.
 * `reassign owned` would do it, but PostgreSQL refuses it for the superuser that initdb made. What belongs to an
 * extension or, as the sequence of a column, to a table stays with it.
 */
export async function handOverContents(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ statement: string }>(
    `with role as (select oid, rolname from pg_roles where rolname = $1),
       parts as (select objid from pg_depend where deptype in ('a', 'i', 'e'))
     select format('alter table %s owner to %I', class.oid::regclass, rolname) as statement
     from pg_class class, role
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'S') and relowner <> role.oid
       and class.oid not in (select objid from parts)
     union all
     select format('alter function %s owner to %I', function.oid::regprocedure, rolname)
     from pg_proc function, role
     where pronamespace = 'public'::regnamespace and proowner <> role.oid
       and function.oid not in (select objid from parts)`,
    [SERVICE_ROLE],
  );
  for (const { statement } of rows) await admin.query(statement);
}
