import type { Field, Value } from './fields/declare.ts'
import { allFields, F } from './fields/index.ts'
import type { Problem } from './problem.ts'

/**
 * One event: the values of the declared fields.
 *
 * Values stand in slots by field index, not in nested objects: parsers set slices of the line, and the encoder walks the
 * slots once in output order (docs/decisions.md, "Events are slots"). Absent is `undefined`; the empty string
 * is never stored.
 */
export class Event {
  /** A multiple of eight, for `clear`. */
  readonly values: (Value | undefined)[] = new Array(Math.ceil(allFields.length / 8) * 8)
  /**
   * True where every text is plain (lib/plain-text.ts), but for those of fields that are declared `raw`: the encoder then need not look at
   * each, which is half of its work. A parser says so of a line that it has looked at for this; who sets text that is neither a constant nor
   * a piece of the line's values takes it back.
   */
  isPlain = false

  /** Makes it as good as new. Eight slots at a time: a loop of single ones takes twice as long, 5 % of a flat record. */
  clear(): this {
    const { values } = this
    for (let slot = 0; slot < values.length; slot += 8) {
      values[slot] = undefined
      values[slot + 1] = undefined
      values[slot + 2] = undefined
      values[slot + 3] = undefined
      values[slot + 4] = undefined
      values[slot + 5] = undefined
      values[slot + 6] = undefined
      values[slot + 7] = undefined
    }
    this.isPlain = false
    return this
  }

  /** Sets a field. `undefined` and `''` leave it absent. */
  set<V extends Value>(field: Field<V>, value: V | undefined): void {
    if (value !== '') this.values[field.index] = value
  }

  get<V extends Value>(field: Field<V>): V | undefined {
    return this.values[field.index] as V | undefined
  }

  /** Appends to an array field, once for each value. */
  add(field: Field<readonly string[]>, value: string | undefined): void {
    if (value === undefined || value === '') return
    const present = this.get(field)
    if (present === undefined) this.values[field.index] = [value]
    else if (!present.includes(value)) this.values[field.index] = [...present, value]
  }

  /** Records that something in the line was wrong or doubtful. The line's text is then kept in the record. */
  flag(problem: Problem): void {
    this.add(F['naslog.problems'], problem)
  }

  /**
   * Records that the line is broken: flagged, `event.kind: pipeline_error`, and what was expected where.
   * The fields that could be read stay.
   */
  fail(problem: Problem, message: string): void {
    this.flag(problem)
    this.set(F['event.kind'], 'pipeline_error')
    this.set(F['error.message'], message)
  }
}

/** How many lines one event serves. V8 keeps a list of the values that are put into an old object: a young one costs 2 to 4 % less. */
const LINES_PER_EVENT = 256

/** Gives an event for each line; the one before is then over: it is the same, cleared, for some lines. */
export function reuseEvents(): () => Event {
  let event = new Event()
  let lines = 0
  return () => {
    if (lines++ < LINES_PER_EVENT) return event.clear()
    event = new Event()
    lines = 1
    return event
  }
}
