import { type EntityName } from '@mikro-orm/core';
import { type SqlEntityManager } from '@mikro-orm/postgresql';

/**
 * Rows of an entity's table as plain objects, for many that are only read: the objects that the ORM makes and watches for
 * changes take several times the CPU and memory (docs/adr/0017-bulk-statements.md).
 *
 * @param rows as {@link boundSql} gives them
 */
export function plainRows<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  rows: readonly object[],
): Entity[] {
  return rows.map(plainRow(em, entity));
}

/** The same of one row after another. */
export function plainRow<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
): (row: object) => Entity {
  const meta = em.getMetadata(entity);
  const driver = em.getDriver();
  const platform = em.getPlatform();
  const typed = meta.props.flatMap(({ name, customType }) =>
    customType === undefined ? [] : [{ name, customType }],
  );
  return (row) => {
    const plain = driver.mapResult(row, meta) as Record<string, unknown>;
    for (const { name, customType } of typed)
      plain[name] = customType.convertToJSValue(plain[name], platform);
    return plain as Entity;
  };
}

/** The columns of an entity for a SELECT: its table may have others, long ones that few ask for. */
export function columnsOf<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  table: string,
): string {
  return em
    .getMetadata(entity)
    .props.map(({ fieldNames: [name = ''] }) => `${table}.${name}`)
    .join(', ');
}
