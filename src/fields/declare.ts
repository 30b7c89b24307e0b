/**
 * How a field of the record is declared. The declaration is the one source of the TypeScript type, the order and the
 * constant parts of the output, the JSON Schema, and docs/fields.md.
 */

/** JSON text that goes into the record as it stands (an object from the line, already checked to be valid JSON). */
export class Json {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Elasticsearch types that the record uses, with the value that the Event holds for each. */
export interface ValueOf {
  keyword: string
  wildcard: string
  match_only_text: string
  ip: string
  /** ISO 8601 text: the digits and the offset of the source are kept. */
  date: string
  /** An integer that a double holds exactly. Anything larger belongs in a keyword. */
  long: number
  boolean: boolean
  flattened: Json
  /** `{"lat":41.9,"lon":12.5}` */
  geo_point: Json
}
export type FieldType = keyof ValueOf

export type Value = string | number | boolean | Json | readonly string[]

/**
 * How the value changes from line to line, as far as the encoder makes use of it (encode/run.ts): most lines have one of their own
 * (`line`); it settles most of its neighbours, as what was done settles the categories (`key`); or it is the same in many lines.
 */
export type Variation = 'line' | 'key' | 'seldom'

/** What a declaration says of a field. */
export interface Declaration<V extends Value = Value> {
  readonly type: FieldType
  /** True where the value is always an array (ECS `normalize: array`). */
  readonly array: boolean
  readonly varies: Variation
  /** True for text that may need an escape also in an event that is plain (event.ts). */
  readonly raw: boolean
  /** One sentence for docs/fields.md. */
  readonly description: string
  /** Carries the value's type; never present at run time. */
  readonly value?: V
}

/** A declared field: its dotted name and its place in an Event. */
export interface Field<V extends Value = Value> extends Declaration<V> {
  readonly name: string
  /** Slot in the Event, and place in the output. */
  readonly index: number
}

export type Declarations = Record<string, Declaration>
export type FieldsOf<D extends Declarations> = {
  readonly [K in keyof D]: D[K] extends Declaration<infer V> ? Field<V> : never
}

/** A field that holds one value. */
export function one<T extends FieldType>(type: T, description: string, varies: Variation = 'seldom'): Declaration<ValueOf[T]> {
  return { type, array: false, varies, raw: false, description }
}

/** A field that always holds an array, also of one value. */
export function many(type: 'keyword' | 'ip', description: string, varies: Variation = 'seldom'): Declaration<readonly string[]> {
  return { type, array: true, varies, raw: false, description }
}

/** A field whose text stands as the line has it, or is decoded. */
export function raw<D extends Declaration>(declaration: D): D {
  return { ...declaration, raw: true }
}

/** Gives every declaration its name and index, in the order written. */
export function number<D extends Declarations>(declarations: D): FieldsOf<D> {
  const fields = Object.entries(declarations).map(([name, declaration], index) => [name, fieldOf(name, index, declaration)])
  return Object.freeze(Object.fromEntries(fields)) as FieldsOf<D>
}

/** Written out: V8 gives every object of a spread a shape of its own, and then each `field.index` of a line is a search. */
function fieldOf(name: string, index: number, { type, array, varies, raw, description }: Declaration): Field {
  return { type, array, varies, raw, description, name, index }
}
