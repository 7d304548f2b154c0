import { readFileSync } from 'node:fs';

/** The part of JSON Schema that our schemas use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A schema of `docs/`. */
export function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')) as Schema;
}

/** What is wrong with a value by a schema, a line each. */
export function schemaFaults(root: Schema, value: unknown, schema: Schema = root, path = ''): string[] {
  if (schema.$ref !== undefined) {
    const named = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return named === undefined ? [`${schema.$ref} is not defined`] : schemaFaults(root, value, named, path);
  }
  if (schema.enum !== undefined) return schema.enum.includes(value) ? [] : [`${path}: ${String(value)} is not listed`];
  const types = [schema.type ?? []].flat();
  if (!types.includes(typeOf(value)) && !(typeOf(value) === 'integer' && types.includes('number'))) {
    return [`${path}: ${typeOf(value)}, not ${types.join(' or ')}`];
  }
  if (typeof value === 'number') return numberFaults(value, schema, path);
  if (schema.format === 'date-time' && typeof value === 'string') {
    return new Date(value).toISOString() === value ? [] : [`${path}: ${value} is no time`];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => schemaFaults(root, item, schema.items, `${path}[${index}]`));
  }
  return isObject(value) ? objectFaults(root, value, schema, path) : [];
}

function numberFaults(value: number, { minimum = value, maximum = value }: Schema, path: string): string[] {
  return value < minimum || value > maximum ? [`${path}: ${value} is not within ${minimum} and ${maximum}`] : [];
}

function objectFaults(root: Schema, value: Readonly<Record<string, unknown>>, schema: Schema, path: string): string[] {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}.${name} is missing`);
  return missing.concat(
    Object.entries(value).flatMap(([name, each]) => {
      const property = properties[name];
      if (property !== undefined) return schemaFaults(root, each, property, `${path}.${name}`);
      return additionalProperties ? [] : [`${path}.${name} is not known`];
    }),
  );
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
