import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { printable } from '../lib/printable.ts'
import type { Problem } from '../problem.ts'

/** One line that has a problem, for people. */
export interface Example {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Beginning of the line, printable. */
  readonly text: string
}

/** What may be wrong with a record, or with a dead letter of which none can be made. */
export type TallyProblem = Problem | 'no_dead_letter' | 'unknown_destination'

/** What was seen in some lines. It goes between threads: plain data only. */
export interface Tally {
  /** Lines that were read. */
  lines: number
  /** Records that were made of them: what rules and selection left. */
  records: number
  /** Lines that rules dropped, by rule. */
  dropped: Map<string, number>
  /** Records by module (`qnap`) and action. */
  events: Map<string, Map<string, number>>
  problems: Map<TallyProblem, { count: number; example: Example }>
  /** Lines of which no record could be made: they are no dead letter, or nobody takes it. */
  skipped: number
  /** Earliest and latest time of a record, milliseconds since 1970. */
  first: number
  last: number
}

export function emptyTally(): Tally {
  return { lines: 0, records: 0, dropped: new Map(), events: new Map(), problems: new Map(), skipped: 0, first: Infinity, last: -Infinity }
}

const EXAMPLE_LENGTH = 160
/** Actions and rules that are told apart: an operation that no table knows is its own action, and lines come from strangers. */
const MOST_KEYS = 1000

/** Adds to the count of a key; what is too much counts as `(other)`. */
export function increase(counts: Map<string, number>, key: string, by = 1): void {
  const known = counts.get(key)
  const name = known === undefined && counts.size >= MOST_KEYS ? '(other)' : key
  counts.set(name, (known ?? counts.get(name) ?? 0) + by)
}

/** Counts one record. `instant` is its time, NaN if unknown. An example has the text that the record has, masked where that is. */
export function count(tally: Tally, event: Event, instant: number, place: () => { file: string; line: number }): void {
  tally.records++
  const module = event.get(F['event.module']) ?? event.get(F['naslog.parser']) ?? 'plain'
  const action = event.get(F['event.action']) ?? ''
  let actions = tally.events.get(module)
  if (actions === undefined) tally.events.set(module, (actions = new Map()))
  increase(actions, action)
  if (instant < tally.first) tally.first = instant
  if (instant > tally.last) tally.last = instant
  const problems = event.get(F['naslog.problems'])
  if (problems === undefined) return
  for (const problem of problems as readonly Problem[]) note(tally, problem, place, event.get(F['event.original']) ?? '')
}

/** Counts a line of which no record can be made; `text` is the example. */
export function countSkipped(tally: Tally, problem: TallyProblem, place: () => { file: string; line: number }, text: ByteString): void {
  tally.skipped++
  note(tally, problem, place, text)
}

function note(tally: Tally, problem: TallyProblem, place: () => { file: string; line: number }, text: ByteString): void {
  const seen = tally.problems.get(problem)
  if (seen !== undefined) seen.count++
  else tally.problems.set(problem, { count: 1, example: { ...place(), text: printable(text.slice(0, EXAMPLE_LENGTH)) } })
}

/** Adds what was seen later. */
export function merge(total: Tally, part: Tally): void {
  total.lines += part.lines
  total.records += part.records
  total.skipped += part.skipped
  for (const [module, actions] of part.events) {
    let known = total.events.get(module)
    if (known === undefined) total.events.set(module, (known = new Map()))
    for (const [action, times] of actions) increase(known, action, times)
  }
  for (const [rule, times] of part.dropped) increase(total.dropped, rule, times)
  for (const [problem, { count, example }] of part.problems) {
    const seen = total.problems.get(problem)
    if (seen !== undefined) seen.count += count
    else total.problems.set(problem, { count, example })
  }
  total.first = Math.min(total.first, part.first)
  total.last = Math.max(total.last, part.last)
}

/** Number of problems of all kinds. */
export function problemCount({ problems }: Tally): number {
  let sum = 0
  for (const { count } of problems.values()) sum += count
  return sum
}
