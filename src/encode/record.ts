import type { Event } from '../event.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import { allFields } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { escapeJson } from './escape.ts'

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
 * The record is put together of the members of its top-level objects, each encoded by a member of `sections`. A section remembers
 * what it wrote last: host, observer, process and syslog header are the same in one line after the other of a device, and
 * a quarter of the time goes when they are not written anew (docs/decisions.md, "The encoder remembers").
 */
export function createEncoder(options: EncoderOptions): Encoder {
  const nested = options.format === 'ecs'
  const chosen = options.fields ?? allFields
  const fields = nested ? [...chosen].sort((a, b) => a.index - b.index) : chosen
  const sections = sectionsOf(fields).map((section) => createSection(section, nested))

  return ({ values }) => {
    let record = ''
    for (let i = 0; i < sections.length; i++) {
      const members = (sections[i] as Section)(values)
      if (members !== '') record += record === '' ? '{' + members : ',' + members
    }
    return record === '' ? '{}' : record + '}'
  }
}

/** Runs of neighbours with the same first name: `event.kind`, `event.category`, ... */
function sectionsOf(fields: readonly Field[]): Field[][] {
  const sections: Field[][] = []
  for (const field of fields) {
    const last = sections.at(-1)
    if (last !== undefined && rootOf(last[0] as Field) === rootOf(field)) last.push(field)
    else sections.push([field])
  }
  return sections
}

function rootOf(field: Field): string {
  return field.name.split('.', 1)[0] as string
}

/** The members of a record that a run of fields makes; `''` where the event has none of them. */
type Section = (values: Event['values']) => ByteString

/**
 * What stands between two values (closing quote, braces, comma, keys, opening quote) depends only on the objects and kind of the
 * value before and on the field that comes next. These constant parts are derived from the declared names once, as rows of a
 * table; encoding is one walk over the slots that joins constants and values.
 */
function createSection(fields: readonly Field[], nested: boolean): Section {
  const layouts = fields.map((field) => layoutOf(field, nested))
  const slots = fields.map((field) => field.index)
  const states: State[] = []
  const stateNumbers = layouts.map(({ parents, quoted }) => {
    const known = states.findIndex((state) => state.quoted === quoted && sameParents(state.parents, parents))
    return known >= 0 ? known : states.push({ parents, quoted }) - 1
  })
  const rows = states.map((state) => layouts.map((next) => between(state, next)))
  const firstRow = layouts.map((next) => opening(next, 0))
  const endings = states.map((state) => (state.quoted ? '"' : '') + '}'.repeat(state.parents.length))

  const last: (Value | undefined)[] = slots.map(() => undefined)
  const lastTexts: ByteString[] = slots.map(() => '')
  let members = ''

  const isSame = (values: Event['values']): boolean => {
    for (let i = 0; i < slots.length; i++) if (values[slots[i] as number] !== last[i]) return false
    return true
  }

  return (values) => {
    if (isSame(values)) return members
    members = ''
    let row = firstRow
    let state = -1
    for (let i = 0; i < slots.length; i++) {
      const value = values[slots[i] as number]
      if (value !== last[i]) {
        last[i] = value
        lastTexts[i] = value === undefined ? '' : typeof value === 'string' ? escapeJson(value) : encodeOther(value)
      }
      if (value === undefined) continue
      members += row[i] as string
      members += lastTexts[i] as string
      state = stateNumbers[i] as number
      row = rows[state] as string[]
    }
    if (state >= 0) members += endings[state] as string
    return members
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
  const quoted = !field.array && field.type !== 'long' && field.type !== 'boolean' && field.type !== 'flattened' && field.type !== 'geo_point'
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
  if (typeof value !== 'object') return String(value)
  if (value instanceof Json) return value.text
  let elements = ''
  for (const element of value) elements += elements === '' ? '["' + escapeJson(element) : '","' + escapeJson(element)
  return elements + '"]'
}
