import { asyncApiDocument, eventJsonSchemas, topicNames } from '#contact-events';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const complaints: string[] = [];
const complain = (...words: readonly unknown[]): void => {
  complaints.push(words.join(' '));
};

/** As a careful consumer has it: strict in everything, without formats. */
const ajv = new Ajv2020({
  strict: true,
  logger: { log: complain, warn: complain, error: complain },
});

const schemas = new Map<string, ValidateFunction>(
  Object.entries(eventJsonSchemas).flatMap(([name, versions]) =>
    Object.entries(versions).map(([version, schema]): [string, ValidateFunction] => [
      `/api/schemas/${name}/${version}.json`,
      ajv.compile(schema),
    ]),
  ),
);

/** Where each schema is served, and what compiling all of them was worth a warning. */
export const compiled = { paths: [...schemas.keys()], complaints };

export function validatorOf(dataschema: string): ValidateFunction {
  const validate = schemas.get(new URL(dataschema).pathname);
  if (validate === undefined) throw new Error(`There is no schema ${dataschema}`);
  return validate;
}

export function dataFits(dataschema: string, data: unknown): boolean {
  return validatorOf(dataschema)(data);
}

const { messages } = asyncApiDocument({ version: '1.0.0', topics: topicNames(''), partitions: 1 }).components;
const ofHeaders = new Ajv2020({ strict: true, keywords: ['x-data-class'] });

/** Of each type of event, whether headers are as the AsyncAPI document says. */
export const headersFit: Readonly<Record<string, ValidateFunction | undefined>> = Object.fromEntries(
  Object.values(messages).map(({ name, headers }) => [name, ofHeaders.compile(headers)]),
);
