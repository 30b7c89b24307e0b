import type { Event } from '../event.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import { allFields } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { escapeJson, quoteJson } from './escape.ts'

/** `ecs`: nested objects, as ECS documents are. `flat`: one object with dotted keys. */
export type RecordFormat = 'ecs' | 'flat'

export interface EncoderOptions {
  readonly format: RecordFormat
  /** The only fields that the record shall have; all by default. A flat record has them in this order. */
  readonly fields?: readonly Field[] | undefined
}

/** One event to one JSON object, without a newline. */
export type Encoder = (event: Event) => ByteString

/**
 * Creates the encoder of a format.
 *
 * What stands between two values (closing quote, braces, comma, keys, opening quote) depends only on the object and kind
 * of the value before and on the field that comes next. These constant parts are derived from the declared names once, as rows
 * of a table; encoding is then one walk over the slots that joins constants and values.
 */
export function createEncoder(options: EncoderOptions): Encoder {
  const nested = options.format === 'ecs'
  const chosen = options.fields ?? allFields
  const fields = nested ? [...chosen].sort((a, b) => a.index - b.index) : chosen
  const layouts = fields.map((field) => layoutOf(field, nested))
  const slots = fields.map((field) => field.index)

  const states: State[] = []
  const stateNumbers = layouts.map(({ parents, quoted }) => {
    const known = states.findIndex((state) => state.quoted === quoted && sameParents(state.parents, parents))
    return known >= 0 ? known : states.push({ parents, quoted }) - 1
  })
  const rows: (readonly string[] | undefined)[] = states.map(() => undefined)
  const firstRow = layouts.map((next) => '{' + opening(next, 0))
  const endings = states.map((state) => (state.quoted ? '"' : '') + '}'.repeat(state.parents.length + 1))

  return ({ values }) => {
    let record = ''
    let row: readonly string[] = firstRow
    let state = -1
    for (let i = 0; i < slots.length; i++) {
      const value = values[slots[i] as number]
      if (value === undefined) continue
      record += row[i] as string
      record += typeof value === 'string' ? escapeJson(value) : encodeOther(value)
      state = stateNumbers[i] as number
      row = rows[state] ??= layouts.map((next) => between(states[state] as State, next))
    }
    return state < 0 ? '{}' : record + (endings[state] as string)
  }
}

/** Where the record stands after a value: inside which objects, and whether the value was a quoted one. */
interface State {
  readonly parents: readonly string[]
  readonly quoted: boolean
}

interface Layout extends State {
  readonly key: string
}

function layoutOf(field: Field, nested: boolean): Layout {
  const path = nested ? field.name.split('.') : [field.name]
  const quoted = !field.array && field.type !== 'long' && field.type !== 'boolean' && field.type !== 'flattened'
  return { parents: path.slice(0, -1), key: path.at(-1) as string, quoted }
}

function between(last: State, next: Layout): string {
  let shared = 0
  while (shared < last.parents.length && last.parents[shared] === next.parents[shared]) shared++
  return (last.quoted ? '"' : '') + '}'.repeat(last.parents.length - shared) + ',' + opening(next, shared)
}

/** Opens the objects of `next` below the first `shared` ones, and the value itself. */
function opening(next: Layout, shared: number): string {
  const objects = next.parents.slice(shared).map((name) => `"${name}":{`)
  return objects.join('') + `"${next.key}":` + (next.quoted ? '"' : '')
}

function sameParents(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index])
}

function encodeOther(value: Exclude<Value, string>): ByteString {
  if (typeof value === 'object') return value instanceof Json ? value.text : '[' + value.map(quoteJson).join() + ']'
  return String(value)
}
