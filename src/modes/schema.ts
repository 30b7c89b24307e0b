import type { Settings } from '../config.ts'
import type { Field, FieldType } from '../fields/declare.ts'
import { allFields } from '../fields/index.ts'
import type { Io } from '../io.ts'

type Schema = Record<string, unknown>

/** Writes the JSON Schema of the records. */
export function schema({ format, fields }: Pick<Settings, 'format' | 'fields'>, io: Pick<Io, 'stdout'>): void {
  io.stdout.write(`${JSON.stringify(recordSchema(format, fields ?? allFields), undefined, 2)}\n`)
}

/** JSON Schema (2020-12) of a record of these fields. No field is required: a line has what it has. */
export function recordSchema(format: Settings['format'], fields: readonly Field[]): Schema {
  const root = objectSchema()
  for (const field of fields) {
    const path = format === 'flat' ? [field.name] : field.name.split('.')
    const key = path.pop() as string
    const parent = path.reduce((schema, step) => (propertiesOf(schema)[step] ??= objectSchema()) as Schema, root)
    propertiesOf(parent)[key] = fieldSchema(field)
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Record of naslog', ...root }
}

function objectSchema(): Schema {
  return { type: 'object', properties: {}, additionalProperties: false }
}

function propertiesOf(schema: Schema): Record<string, unknown> {
  return schema['properties'] as Record<string, unknown>
}

function fieldSchema({ type, array, description }: Field): Schema {
  return array
    ? { description, type: 'array', items: VALUES[type], minItems: 1, uniqueItems: true }
    : { description, ...VALUES[type] }
}

const text: Schema = { type: 'string', minLength: 1 }

/** What a value of each type is in JSON. */
const VALUES: Readonly<Record<FieldType, Schema>> = {
  keyword: text,
  wildcard: text,
  match_only_text: text,
  ip: { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
  date: { type: 'string', format: 'date-time' },
  long: { type: 'integer' },
  boolean: { type: 'boolean' },
  flattened: { type: 'object' },
  geo_point: { type: 'object', additionalProperties: { type: 'number' }, required: ['lat', 'lon'] },
}
