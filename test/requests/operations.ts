/** A part of an OpenAPI document, as far as requests are made of it. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: string[];
}

export interface Operation {
  readonly method: string;
  /** With `{name}` where a parameter stands. */
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  /** Of its JSON body, if it takes one. */
  readonly body?: Schema;
}

interface DocumentedOperation {
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export function operationsOf(document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const body = requestBody?.content?.['application/json']?.schema;
      return { method: method.toUpperCase(), path, parameters, ...(body === undefined ? {} : { body }) };
    }),
  );
}
