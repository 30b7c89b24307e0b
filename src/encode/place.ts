import type { Field } from '../fields/declare.ts'

/** Where a value stands in the record. */
export interface Place {
  /** Names of the objects around it, from the outermost. */
  readonly parents: readonly string[]
  /** Its own name; `undefined` for text that holds its names itself. */
  readonly key: string | undefined
  /** What stands around its text: quotes, quotes and brackets, or nothing. */
  readonly around: readonly [before: string, behind: string]
}

const NOTHING = ['', ''] as const
const QUOTES = ['"', '"'] as const
/** Arrays hold text only. */
const LIST = ['["', '"]'] as const

/** The record itself: before its first value and behind its last. */
export const ROOT: Place = { parents: [], key: undefined, around: NOTHING }

export function placeOf(field: Field, nested: boolean): Place {
  const path = nested ? field.name.split('.') : [field.name]
  return { parents: path.slice(0, -1), key: path.at(-1), around: field.array ? LIST : isBare(field) ? NOTHING : QUOTES }
}

function isBare({ type }: Field): boolean {
  return type === 'long' || type === 'boolean' || type === 'flattened' || type === 'geo_point'
}

/** The place of text that holds its names, inside the first `depth` objects around `place`. */
export function baseOf(place: Place, depth: number): Place {
  return { parents: place.parents.slice(0, depth), key: undefined, around: NOTHING }
}

/** What stands between two values: it ends the one and its objects, and begins the objects of the next and the next. */
export function joint(last: Place, next: Place): string {
  const shared = sharedParents(last, next)
  const closed = last.around[1] + '}'.repeat(last.parents.length - shared)
  if (next === ROOT) return closed + '}'
  const opened = next.parents.slice(shared).map((name) => `"${name}":{`)
  return closed + ',' + opened.join('') + (next.key === undefined ? '' : `"${next.key}":`) + next.around[0]
}

/** Number of the objects that hold both. */
export function sharedParents(a: Place, b: Place): number {
  let shared = 0
  while (shared < a.parents.length && shared < b.parents.length && a.parents[shared] === b.parents[shared]) shared++
  return shared
}
