import type { Event } from '../event.ts'
import { allFields } from '../fields/index.ts'
import type { Field, Value } from '../fields/declare.ts'
import { copyOf, type ByteString } from '../lib/bytes.ts'
import { joint, placeOf, ROOT, type Place } from './place.ts'
import { Run, runsOf } from './run.ts'
import { encodePlainValue, encodeValue } from './value.ts'

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
 * A record is put together of parts: single values, and runs of neighbouring values that remember what they wrote (run.ts). What
 * stands between two parts (closing quote, braces, comma, keys, opening quote) depends on the two alone: these constant texts are
 * derived from the declared names once, as the rows of a table, and encoding is one walk over the parts.
 */
export function createEncoder(options: EncoderOptions): Encoder {
  const nested = options.format === 'ecs'
  const chosen = options.fields ?? allFields
  const parts = runsOf(nested ? [...chosen].sort((a, b) => a.index - b.index) : chosen).map((fields) => partOf(fields, nested))
  const firstRow = parts.map(({ place }) => copyOf('{' + joint(ROOT, place).slice(1)))
  const rows = parts.map((part, i) => parts.map((next, j) => (i < j ? copyOf(joint(part.place, next.place)) : '')))
  const endings = parts.map(({ place }) => copyOf(joint(place, ROOT)))
  // Most values are absent: a loop that does nothing else finds the next, and only then is asked whose it is.
  const slots = Int32Array.from(parts.flatMap((part) => part.slots))
  const partAt = Int32Array.from(parts.flatMap((part, i) => part.slots.map(() => i)))
  const lastOf = Int32Array.from(parts.map((_, i) => partAt.lastIndexOf(i)))
  const nextFrom = (at: number, values: Event['values']): number => {
    while (at < slots.length && values[slots[at] as number] === undefined) at++
    return at
  }

  return ({ values, isPlain }) => {
    let record = ''
    let last = -1
    let row = firstRow
    for (let at = nextFrom(0, values); at < slots.length; at = nextFrom(at + 1, values)) {
      const value = values[slots[at] as number] as Value
      last = partAt[at] as number
      const { run, look } = parts[last] as Part
      record += row[last] as string
      row = rows[last] as string[]
      if (run === undefined) record += look === 'never' || (isPlain && look === 'unless plain') ? encodePlainValue(value) : encodeValue(value)
      else {
        record += run.encode(values, value)
        at = lastOf[last] as number
      }
    }
    return last < 0 ? '{}' : record + (endings[last] as string)
  }
}

/** A value that stands by itself, or a run of values. */
interface Part {
  readonly place: Place
  readonly slots: readonly number[]
  readonly run: Run | undefined
  readonly look: Look
}

/** In which events a text is looked at for what must be escaped. */
type Look = 'always' | 'unless plain' | 'never'

/**
 * An address or a time needs no escape: whoever sets such a field has read the text as what it is (parsers/address.ts,
 * envelope/time.ts, isIsoTime). test/properties.test.ts holds them to it.
 */
function lookAt({ type, array, raw }: Field): Look {
  if ((type === 'ip' || type === 'date') && !array) return 'never'
  return raw ? 'always' : 'unless plain'
}

function partOf(fields: readonly Field[], nested: boolean): Part {
  const places = fields.map((field) => placeOf(field, nested))
  const slots = fields.map((field) => field.index)
  if (fields.length > 1) {
    const run = new Run(fields, places)
    return { place: run.place, slots, run, look: 'always' }
  }
  return { place: places[0] as Place, slots, run: undefined, look: lookAt(fields[0] as Field) }
}
