import type { Event } from '../event.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import { copyOf, internOf, type ByteString } from '../lib/bytes.ts'
import { baseOf, joint, sharedParents, type Place } from './place.ts'
import { encodeValue } from './value.ts'

/** Keys and texts that a run remembers. What stands in its fields is decided by strangers: at this bound it begins anew. */
const LIMIT = 1024
/** Longest text that is remembered: that of a host has some 700 characters. */
const LONGEST = 2048
/** Texts with the same key: an action that succeeds and fails, a host with two programs. */
const ALTERNATIVES = 16
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

/** What was written of some values. */
interface Written {
  readonly values: readonly (Value | undefined)[]
  readonly text: ByteString
}

/**
 * A run of fields: host, program and header are the same in line after line of a device, and category and type in those of an action.
 * It remembers its texts by the value of a key, or else by the first that there is, and takes one again if all the values are the same.
 */
export class Run {
  /** Inside the objects that all of its fields share. */
  readonly place: Place
  readonly #slots: readonly number[]
  readonly #keys: readonly number[]
  readonly #write: (values: Event['values']) => ByteString
  readonly #memory = new Map<Value, Written[]>()
  #texts = 0
  #refused = 0

  constructor(fields: readonly Field[], places: readonly Place[]) {
    const first = places[0] as Place
    this.place = baseOf(first, Math.min(...places.map((next) => sharedParents(first, next))))
    this.#slots = fields.map((field) => field.index)
    this.#keys = fields.filter(({ varies }) => varies === 'key').map((field) => field.index)
    this.#write = createWriter(this.#slots, places, this.place)
  }

  /** Encodes the fields, with their names. `first` is the first value that the event has of them. */
  encode(values: Event['values'], first: Value): ByteString {
    const key = keyOf(values, this.#keys, first)
    const known = this.#memory.get(key)
    if (known !== undefined) {
      for (let i = 0; i < known.length; i++) {
        const written = known[i] as Written
        if (isSame(written.values, values, this.#slots)) return written.text
      }
    }
    const text = this.#write(values)
    this.#remember(key, known, values, text)
    return text
  }

  /**
   * What is seen for the first time is often seen for the last: only its key is kept, and what was written when the key comes again. Where
   * more texts have one key than there is room for, as with a process id that is always another, a new one is kept now and then.
   */
  #remember(key: Value, known: Written[] | undefined, values: Event['values'], text: ByteString): void {
    if (text.length > LONGEST) return
    if (this.#memory.size === LIMIT || this.#texts === LIMIT) {
      this.#memory.clear()
      this.#texts = 0
    } else if (known !== undefined) {
      if (known.length === ALTERNATIVES && ++this.#refused % ALTERNATIVES !== 0) return
      const written = { values: this.#slots.map((slot) => keep(values[slot])), text: copyOf(text) }
      known[known.length < ALTERNATIVES ? known.length : this.#texts % ALTERNATIVES] = written
      this.#texts++
      return
    }
    this.#memory.set(keep(key) as Value, [])
  }
}

/** Writes the fields one by one. The objects of `base` are open already: the first value has no comma before it. */
function createWriter(slots: readonly number[], places: readonly Place[], base: Place): (values: Event['values']) => ByteString {
  const firstRow = places.map((next) => joint(base, next).slice(1))
  const rows = places.map((last, i) => places.map((next, j) => (i < j ? joint(last, next) : '')))
  const endings = places.map((last) => last.around[1] + '}'.repeat(last.parents.length - base.parents.length))
  return (values) => {
    let text = ''
    let row = firstRow
    let ending = ''
    slots.forEach((slot, i) => {
      const value = values[slot]
      if (value === undefined) return
      text += (row[i] as string) + encodeValue(value)
      row = rows[i] as string[]
      ending = endings[i] as string
    })
    return text + ending
  }
}

/** Two lists are never the same key: their first elements are. */
function keyOf(values: Event['values'], keys: readonly number[], first: Value): Value {
  let settling = first
  for (let i = keys.length - 1; i >= 0; i--) settling = values[keys[i] as number] ?? settling
  return Array.isArray(settling) ? (settling[0] as string) : settling
}

/** A slice of a line would keep the block that the line was read with. */
function keep(value: Value | undefined): Value | undefined {
  if (typeof value === 'string') return internOf(value)
  if (typeof value !== 'object') return value
  return value instanceof Json ? new Json(copyOf(value.text)) : value.map(internOf)
}

/** Some 75 values for each full record: absence is asked first and lists have a loop, so that V8 compiles both in line. */
function isSame(known: readonly (Value | undefined)[], values: Event['values'], slots: readonly number[]): boolean {
  for (let i = 0; i < slots.length; i++) {
    const value = values[slots[i] as number]
    if (value === undefined) {
      if (known[i] !== undefined) return false
    } else if (known[i] !== value && !(typeof value === 'object' && isEqual(known[i], value))) return false
  }
  return true
}

function isEqual(known: Value | undefined, value: Json | readonly string[]): boolean {
  if (value instanceof Json) return known instanceof Json && known.text === value.text
  if (!Array.isArray(known) || known.length !== value.length) return false
  for (let i = 0; i < value.length; i++) if (known[i] !== value[i]) return false
  return true
}
