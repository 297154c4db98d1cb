/** The parts of JSON Schema that the events' schemas use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly 'x-data-class'?: string;
}

export interface SchemaMember {
  /** Where it is: `contact.emailAddresses[].value`. */
  readonly path: string;
  /** As a reader of TypeScript writes it. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
  /** Empty for one that holds others. */
  readonly dataClass: string;
}

/** Every member of an object's schema, those of nested objects behind the one that holds them. */
export function schemaMembers(schema: JsonSchema, path = ''): SchemaMember[] {
  const object = objectIn(schema);
  if (object === null) return [];
  const here = path + object.suffix;
  return Object.entries(object.schema.properties ?? {}).flatMap(([name, member]) => {
    const memberPath = here === '' ? name : `${here}.${name}`;
    return [
      {
        path: memberPath,
        type: typeName(member),
        isRequired: object.schema.required?.includes(name) ?? false,
        description: member.description ?? '',
        dataClass: member['x-data-class'] ?? '',
      },
      ...schemaMembers(member, memberPath),
    ];
  });
}

/** The object that a schema describes, perhaps as an array's items or as an alternative to null. */
function objectIn(schema: JsonSchema): { schema: JsonSchema; suffix: string } | null {
  if (schema.properties !== undefined) return { schema, suffix: '' };
  if (schema.items !== undefined) {
    const inner = objectIn(schema.items);
    return inner === null ? null : { schema: inner.schema, suffix: `[]${inner.suffix}` };
  }
  return schema.anyOf?.map(objectIn).find((found) => found !== null) ?? null;
}

export function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' | ');
  if (schema.items !== undefined) {
    const items = typeName(schema.items);
    return items.includes(' | ') ? `(${items})[]` : `${items}[]`;
  }
  if (typeof schema.type === 'object') return schema.type.join(' | ');
  return schema.format ?? schema.type ?? 'anything';
}
