import { defineEntity, p } from '@mikro-orm/core';

/** How many live contacts of an account a table holds; none where there is no row. PostgreSQL keeps it: {@link keepCounts}. */
export const ContactCountEntity = defineEntity({
  name: 'ContactCount',
  tableName: 'contact_counts',
  properties: {
    tableName: p.text().primary(),
    accountId: p.uuid().primary(),
    live: p.bigint('number'),
  },
});
