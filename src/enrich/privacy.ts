import type { PrivacySettings } from '../config/enrichment.ts'
import { ConfigurationError } from '../config/error.ts'
import type { Event } from '../event.ts'
import { Json, type Field } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { printableText } from '../lib/printable.ts'
import { remember } from '../lib/remember.ts'
import { compileFilter, type Filter } from '../rules/filter.ts'
import type { Enricher } from './enricher.ts'
import { planOf, type Plan } from './plan.ts'
import { createPseudonyms, type Pseudonyms } from './pseudonym.ts'
import { related } from './related.ts'
import { maskFields } from './search.ts'
import { ACCOUNT_FIELDS, UNPARSED_FIELDS } from './searched.ts'
import type { Secret } from './secret.ts'
import { createTreatments } from './treatment.ts'
import { readBytes } from './watched-file.ts'

/** Hides what tells who it was. */
export interface Privacy {
  readonly enricher: Enricher
  readonly reads: readonly Field[]
  /** What event.id is made with, so that nobody can guess the line; absent without a key. */
  readonly identityKey: Buffer | undefined
}

interface Rule {
  readonly filter: Filter | undefined
  readonly fields: readonly Field[]
  readonly action: string
}

/** Fewer bytes can be guessed. */
const LEAST_KEY = 32
/** Sets of rules that fit an event, and their plans. */
const PLANS = 1000
const ACCOUNT_KEY = /"(?:name|sid|auth_id|uid|gid|trustee)":/

/**
 * Makes the stage that hides values. `renamesIds`: the events have their ids already, made without `identityKey`; with a key they get
 * others. Reads the key; throws a ConfigurationError if it cannot.
 */
export function createPrivacy(settings: PrivacySettings, { renamesIds }: { readonly renamesIds: boolean }): Privacy {
  const pseudonyms = settings.key_file === undefined ? undefined : createPseudonyms(readKey(settings.key_file))
  const rules = settings.rules.map((rule) => ({
    filter: rule.when === undefined ? undefined : compileFilter(rule.when),
    fields: rule.fields.map((name) => F[name as 'user.name'] as Field),
    action: rule.do,
  }))
  const planFor = createPlans(rules, pseudonyms)
  const dropsUnparsed = settings.unparsed === 'drop'
  const enricher: Enricher = {
    name: 'privacy',
    sets: allFields,
    apply(event) {
      const { values } = event
      // What takes the place of a value is chosen in the configuration.
      event.isPlain = false
      const plan = planFor(event)
      const secrets: Secret[] = []
      const objectsHidden = removeAccountObjects(values, plan)
      const anythingHidden = hide(values, plan, secrets)
      if (dropsUnparsed && isUnparsed(event)) for (const { index } of UNPARSED_FIELDS) values[index] = undefined
      if (anythingHidden || objectsHidden) for (const slot of plan.raw) values[slot] = undefined
      if (secrets.length > 0) maskFields(values, plan, secrets)
      if (plan.gathered.length > 0 && anythingHidden) gatherAnew(event, plan)
      if (renamesIds && pseudonyms !== undefined) renameIds(event, pseudonyms)
    },
  }
  const reads = rules.flatMap(({ filter, fields }) => [...(filter?.fields ?? []), ...fields])
  return { enricher, reads, identityKey: pseudonyms?.identityKey }
}

function readKey(name: string): Buffer {
  const bytes = readBytes(name)
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length
  const key = bytes.subarray(0, end)
  if (key.length >= LEAST_KEY) return key
  throw new ConfigurationError([{ where: printableText(name), text: `expected a key of at least ${LEAST_KEY} bytes, found ${key.length}` }])
}

/** The plan of an event, by the rules whose filter fits it. All filters see the event as it was. */
function createPlans(rules: readonly Rule[], pseudonyms: Pseudonyms | undefined): (event: Event) => Plan {
  const treatments = createTreatments(pseudonyms)
  const hidesAccounts = rules.some(({ action, fields }) => action !== 'keep' && fields.some((field) => ACCOUNT_FIELDS.includes(field)))
  const planOfFitting = remember(PLANS, (fitting) => {
    const verdicts = rules.flatMap(({ fields, action }, index) => (fitting[index] === '1' ? fields.map((field) => ({ field, action })) : []))
    return planOf(verdicts, treatments, hidesAccounts)
  })
  if (rules.every(({ filter }) => filter === undefined)) {
    const always = planOfFitting('1'.repeat(rules.length))
    return () => always
  }
  return (event) => {
    let fitting = ''
    for (const { filter } of rules) fitting += filter?.matches(event) === false ? '0' : '1'
    return planOfFitting(fitting)
  }
}

/** Takes out the objects that name other accounts, unless a rule decides on them. True if there was one. */
function removeAccountObjects(values: Event['values'], { accountObjects }: Plan): boolean {
  let removed = false
  for (const slot of accountObjects) {
    const value = values[slot]
    if (!(value instanceof Json) || !ACCOUNT_KEY.test(value.text)) continue
    values[slot] = undefined
    removed = true
  }
  return removed
}

/** Puts the replacements into the fields that the rules name, and adds what was there, for the search through all others. True if there was any. */
function hide(values: Event['values'], { hidden }: Plan, secrets: Secret[]): boolean {
  let anything = false
  for (const { slot, treatment, isName } of hidden) {
    const value = values[slot]
    if (value === undefined) continue
    anything = true
    if (typeof value === 'string') {
      const secret = treatment(value)
      if (isName && secrets.at(-1) !== secret) secrets.push(secret)
      values[slot] = secret.replacement
    } else if (Array.isArray(value)) {
      const found = (value as readonly ByteString[]).map(treatment)
      if (isName) secrets.push(...found)
      const shown = found.flatMap(({ replacement }) => replacement ?? [])
      values[slot] = shown.length === 0 ? undefined : shown
    } else values[slot] = undefined
  }
  return anything
}

/** Gathers again what is gathered from other fields, if it was. */
function gatherAnew(event: Event, { gathered }: Plan): void {
  let wasGathered = false
  for (const slot of gathered) {
    wasGathered ||= event.values[slot] !== undefined
    event.values[slot] = undefined
  }
  if (wasGathered) related.apply(event)
}

/** A line that was not fully understood may hold names that stand in no field. */
function isUnparsed(event: Event): boolean {
  return event.get(F['naslog.parser']) === 'plain' || event.get(F['naslog.problems']) !== undefined
}

function renameIds(event: Event, pseudonyms: Pseudonyms): void {
  const id = event.get(F['event.id'])
  if (id !== undefined) event.set(F['event.id'], pseudonyms.ofId(id))
  const twin = event.get(F['naslog.duplicate_of'])
  if (twin !== undefined) event.set(F['naslog.duplicate_of'], pseudonyms.ofId(twin))
}
