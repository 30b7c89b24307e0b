import type { Event } from '../event.ts'
import type { Field, Value } from '../fields/declare.ts'
import { copyOf, internOf, type ByteString } from '../lib/bytes.ts'
import { baseOf, joint, sharedParents, type Place } from './place.ts'
import { encodeValue } from './value.ts'

/** Texts that a run remembers. What stands in its fields is decided by strangers: at this bound it begins anew. */
const LIMIT = 256
/** Texts with the same first value: an action that succeeds and fails, a host with two programs. */
const ALTERNATIVES = 4
/** Fewer values are written sooner than found. */
const SHORTEST = 3

/**
 * Parts the fields into runs of neighbours; those of the line are alone. A run closes the objects that it opens, and no object may
 * stand twice in the record: so it either has whole sections, or members of one object.
 */
export function runsOf(fields: readonly Field[]): Field[][] {
  const runs: Field[][] = []
  let open: string | undefined
  for (const section of sectionsOf(fields)) {
    const whole = !section.some(isOfLine)
    for (const field of section) {
      const within = isOfLine(field) ? undefined : whole ? '' : parentOf(field)
      if (within !== undefined && within === open) (runs.at(-1) as Field[]).push(field)
      else runs.push([field])
      open = within
    }
    if (!whole) open = undefined
  }
  return runs.flatMap((run) => (run.length < SHORTEST ? run.map((field) => [field]) : [run]))
}

function isOfLine({ varies }: Field): boolean {
  return varies === 'line'
}

/** Neighbours with the same first name: `event.kind`, `event.category`, ... */
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

function parentOf(field: Field): string {
  return field.name.slice(0, field.name.lastIndexOf('.'))
}

export interface Run {
  /** Inside the objects that all of its fields share. */
  readonly place: Place
  /** Encodes the fields, with their names; `''` if the event has none of them. */
  encode(values: Event['values']): ByteString
}

/** What was written of some values. */
interface Written {
  readonly values: readonly (Value | undefined)[]
  readonly text: ByteString
}

/**
 * Creates a run: host, program and header are the same in line after line of a device, and category and type in those of an action.
 * It remembers its texts by the first value that it has, and takes one again if all the values are the same.
 */
export function createRun(fields: readonly Field[], places: readonly Place[]): Run {
  const first = places[0] as Place
  const depth = Math.min(...places.map((next) => sharedParents(first, next)))
  const place = baseOf(first, depth)
  const slots = [...fields].sort((a, b) => Number(b.varies === 'key') - Number(a.varies === 'key')).map((field) => field.index)

  // The objects of the base are open already: the first value has no comma before it.
  const firstRow = places.map((next) => joint(place, next).slice(1))
  const rows = places.map((last) => places.map((next) => joint(last, next)))
  const endings = places.map((last) => last.around[1] + '}'.repeat(last.parents.length - depth))
  const write = (values: Event['values']): ByteString => {
    let text = ''
    let row = firstRow
    let ending = ''
    fields.forEach(({ index }, i) => {
      const value = values[index]
      if (value === undefined) return
      text += (row[i] as string) + encodeValue(value)
      row = rows[i] as string[]
      ending = endings[i] as string
    })
    return copyOf(text + ending)
  }

  const memory = new Map<Value, Written[]>()
  return {
    place,
    encode(values) {
      let at = 0
      while (at < slots.length && values[slots[at] as number] === undefined) at++
      if (at === slots.length) return ''
      const key = keyOf(values[slots[at] as number] as Value)
      const known = memory.get(key)
      if (known !== undefined) for (const written of known) if (isSame(written.values, values, slots)) return written.text
      const written = { values: slots.map((slot) => keep(values[slot])), text: write(values) }
      if (known !== undefined && known.length < ALTERNATIVES) known.push(written)
      else {
        if (memory.size >= LIMIT) memory.clear()
        memory.set(key, [written])
      }
      return written.text
    },
  }
}

/** Two arrays are never the same key. */
function keyOf(value: Value): Value {
  return Array.isArray(value) ? (value[0] as string) : value
}

/** A slice of a line would keep the block that the line was read with. */
function keep(value: Value | undefined): Value | undefined {
  return typeof value === 'string' ? internOf(value) : Array.isArray(value) ? value.map(internOf) : value
}

function isSame(known: readonly (Value | undefined)[], values: Event['values'], slots: readonly number[]): boolean {
  for (let i = 0; i < slots.length; i++) {
    const value = values[slots[i] as number]
    if (value === undefined) {
      if (known[i] !== undefined) return false
    } else if (known[i] !== value && !(Array.isArray(value) && isEqualList(known[i], value))) return false
  }
  return true
}

function isEqualList(known: Value | undefined, list: readonly string[]): boolean {
  return Array.isArray(known) && known.length === list.length && list.every((element, index) => element === known[index])
}
