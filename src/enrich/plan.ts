import type { Field } from '../fields/declare.ts'
import { ACCOUNT_OBJECTS, FOLLOWERS, GATHERED, isFreeText, RAW_FIELDS, searchedFields, WHOLES } from './searched.ts'
import type { Treatment, Treatments } from './treatment.ts'

/** What a rule says of a field: `keep`, `drop`, `pseudonymise`, `truncate 3`. */
export interface Verdict {
  readonly field: Field
  readonly action: string
}

/** A field whose values are hidden. */
export interface Hidden {
  readonly slot: number
  readonly treatment: Treatment
  /** The values are names, which are to be looked for elsewhere. */
  readonly isName: boolean
}

/** A text, and others that stand in it: they need no search of their own where it holds nothing. */
export interface Whole {
  readonly slot: number
  readonly parts: readonly Part[]
}

export interface Part {
  readonly slot: number
  /** It always is a piece of the whole; else where it is equal. */
  readonly isCut: boolean
}

/** What is done to all events that the same rules fit, by slots of the event. */
export interface Plan {
  readonly hidden: readonly Hidden[]
  /** Where the hidden names are looked for. */
  readonly wholes: readonly Whole[]
  readonly texts: readonly number[]
  readonly lists: readonly number[]
  readonly addresses: readonly number[]
  readonly addressLists: readonly number[]
  readonly objects: readonly number[]
  /** What is gathered anew from the fields that hide their names: all that is gathered, unless a rule is about any of it. */
  readonly gathered: readonly number[]
  /** What goes where anything is hidden. */
  readonly raw: readonly number[]
  /** What goes where it names accounts. */
  readonly accountObjects: readonly number[]
}

/**
 * Makes the plan of the verdicts of some rules, in their order: the first that is about a field counts. `hidesAccounts`: who is named in
 * the objects of the line must not be seen either.
 */
export function planOf(verdicts: readonly Verdict[], treatments: Treatments, hidesAccounts: boolean): Plan {
  const actions = new Map<Field, string>()
  for (const { field, action } of verdicts) if (!actions.has(field)) actions.set(field, action)
  for (const [leader, followers] of FOLLOWERS) {
    const action = actions.get(leader)
    if (action !== undefined) for (const field of followers) if (!actions.has(field)) actions.set(field, action)
  }
  const gathered = GATHERED.some((field) => actions.has(field)) ? [] : GATHERED
  const searched = searchedFields.filter((field) => isSearched(field, actions.get(field)) && !gathered.includes(field))
  // What a rule is about may be shortened, or be kept: then it says nothing of its parts.
  const wholes = WHOLES.filter(({ field }) => !actions.has(field))
  const parted = new Set(wholes.flatMap(({ field, cuts, twins }) => [field, ...cuts, ...twins]))
  const slotsOf = (fits: (field: Field) => boolean): number[] => searched.filter(fits).map(({ index }) => index)
  return {
    hidden: [...actions].flatMap(([field, action]) => {
      const treatment = treatments.of(action, field)
      return treatment === undefined ? [] : [{ slot: field.index, treatment, isName: !isFreeText(field) }]
    }),
    wholes: wholes.map(({ field, cuts, twins }) => ({
      slot: field.index,
      parts: [...cuts, ...twins].filter((part) => searched.includes(part)).map((part) => ({ slot: part.index, isCut: cuts.includes(part) })),
    })),
    texts: slotsOf((field) => isText(field) && !field.array && !parted.has(field)),
    lists: slotsOf((field) => isText(field) && field.array),
    addresses: slotsOf(({ type, array }) => type === 'ip' && !array),
    addressLists: slotsOf(({ type, array }) => type === 'ip' && array),
    objects: slotsOf(({ type }) => type === 'flattened' || type === 'geo_point'),
    gathered: gathered.map(({ index }) => index),
    raw: RAW_FIELDS.filter((field) => actions.get(field) !== 'keep').map(({ index }) => index),
    accountObjects: hidesAccounts ? ACCOUNT_OBJECTS.filter((field) => !actions.has(field)).map(({ index }) => index) : [],
  }
}

/** Pseudonyms tell nothing. Raw text that a rule keeps is searched all the same: it is kept as text, not with what it tells. */
function isSearched(field: Field, action: string | undefined): boolean {
  return action !== 'pseudonymise' && (action !== 'keep' || isFreeText(field))
}

function isText({ type }: Field): boolean {
  return type === 'keyword' || type === 'wildcard' || type === 'match_only_text'
}
