import type { PrivacySettings } from '../config/enrichment.ts'
import { ConfigurationError } from '../config/error.ts'
import { Event } from '../event.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import { fromBytes, toBytes, type ByteString } from '../lib/bytes.ts'
import { formatAddress, isIpv4, maskAddress, parseAddress, type Address } from '../lib/cidr.ts'
import { printableText } from '../lib/printable.ts'
import { compileFilter, type Filter } from '../rules/filter.ts'
import type { Enricher } from './enricher.ts'
import { createMask, type Mask, type Secret } from './mask.ts'
import { createPseudonyms, type Pseudonyms } from './pseudonym.ts'
import { readBytes } from './watched-file.ts'

/** Hides what tells who it was. */
export interface Privacy {
  readonly enricher: Enricher
  readonly reads: readonly Field[]
}

/** What takes the place of one value of a field; `undefined`: nothing does. */
type Substitute = (value: ByteString, field: Field) => ByteString | undefined

interface Rule {
  readonly filter: Filter | undefined
  readonly fields: readonly Field[]
  /** `undefined`: the value stays. */
  readonly substitute: Substitute | undefined
}

/** Fewer bytes can be guessed. */
const LEAST_KEY = 32

/**
 * Fields whose values are words of our own, or of the configuration: a user who is called `smb` must not change them. All
 * others are searched for what is hidden, also those that will be declared later.
 */
const VOCABULARY =
  /^(?:@timestamp|tags|ecs\..*|event\.(?:kind|category|type|action|outcome|id|module|dataset|provider|created|timezone)|labels\..*|observer\.(?:vendor|product|type|geo\..*)|device\..*|network\..*|user\.roles|source\.(?:geo|as)\..*|file\.(?:type|inode|size|mtime|ctime)|log\.syslog\.(?:priority|version|facility\..*|severity\..*)|qumulo\.(?:node\.id|audit\.(?:protocol_version|file_id|snapshot\.id|\w+_exact))|qnap\.nas\.(?:action|action_result|service|(?:application|category|message)_id)|naslog\.(?:envelope|parser|problems|rules|dropped_by|duplicate_of|source\..*|file\.(?:kind|sensitivity)))$/

const searchedFields = allFields.filter(({ name }) => !VOCABULARY.test(name))

/** Fields that hold the text of the line as it came, in which a name may stand in another form (`\u00e9`, `""`, `#011`). */
const RAW_FIELDS: readonly Field[] = [F['event.original'], F['naslog.decoded_path'], F['qnap.nas.extra_data']]
/** Free text of a line whose names could not be found. */
const UNPARSED_FIELDS: readonly Field[] = [F['event.original'], F.message, F['error.message'], F['log.syslog.structured_data']]

/** What is made of a field, or says the same in another form, shares its fate where no rule names it. */
const FOLLOWERS: ReadonlyMap<Field, readonly Field[]> = new Map<Field, readonly Field[]>([
  [F['source.ip'], [F['source.address']]],
  [
    F['file.path'],
    [F['file.name'], F['file.directory'], F['file.fork_name'], F['file.target_path'], F['qnap.nas.file.path'], F['qnap.nas.file.new_path'], F['qumulo.audit.target_path'], F['qumulo.audit.snapshot.path']],
  ],
  [F['user.id'], [F['qumulo.audit.user.sid'], F['qumulo.audit.user.auth_id']]],
  [F['host.name'], [F['host.hostname'], F['log.syslog.hostname'], F['observer.name'], F['qumulo.cluster.name'], F['qnap.nas.source']]],
])

/** Accounts by number, which would be found in every other path. */
const NUMBER_FIELDS: readonly Field[] = [F['user.id'], F['qumulo.audit.user.auth_id']]

/** A rule that hides one of these hides accounts. */
const ACCOUNT_FIELDS: readonly Field[] = [F['user.name'], F['user.id'], F['user.target.name']]
/** Objects of the line that may name other accounts than the one that did it: owners, and who is in an access list. */
const ACCOUNT_OBJECTS: readonly Field[] = [F['qumulo.audit.before'], F['qumulo.audit.after'], F['qumulo.audit.unmapped']]
const ACCOUNT_KEY = /"(?:name|sid|auth_id|uid|gid|trustee)":/

/** Makes the stage that hides values. Reads the key; throws a ConfigurationError if it cannot. */
export function createPrivacy(settings: PrivacySettings): Privacy {
  const pseudonyms = settings.key_file === undefined ? undefined : createPseudonyms(readKey(settings.key_file))
  const rules = settings.rules.map((rule) => ({
    filter: rule.when === undefined ? undefined : compileFilter(rule.when),
    fields: rule.fields.map((name) => F[name as 'user.name'] as Field),
    substitute: substituteOf(rule.do, pseudonyms),
  }))
  /** Without filters, the same for all events. */
  const always = rules.some(({ filter }) => filter !== undefined) ? undefined : decide(rules, new Event())
  const hidesAccounts = rules.some(({ substitute, fields }) => substitute !== undefined && fields.some((field) => ACCOUNT_FIELDS.includes(field)))
  const enricher: Enricher = {
    name: 'privacy',
    sets: allFields,
    apply(event) {
      const decided = always ?? decide(rules, event)
      const objectsHidden = hidesAccounts && removeAccountObjects(event, decided)
      const { secrets, anything } = hide(event, decided)
      if (settings.unparsed === 'drop' && isUnparsed(event)) for (const field of UNPARSED_FIELDS) remove(event, field)
      if (anything || objectsHidden) for (const field of RAW_FIELDS) if (!isKept(decided, field)) remove(event, field)
      if (secrets.length > 0) maskAll(event, decided, createMask(secrets))
      if (pseudonyms !== undefined) renameIds(event, pseudonyms)
    },
  }
  const reads = rules.flatMap(({ filter, fields }) => [...(filter?.fields ?? []), ...fields])
  return { enricher, reads }
}

function readKey(name: string): Buffer {
  const bytes = readBytes(name)
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length
  const key = bytes.subarray(0, end)
  if (key.length >= LEAST_KEY) return key
  throw new ConfigurationError([{ where: printableText(name), text: `expected a key of at least ${LEAST_KEY} bytes, found ${key.length}` }])
}

function substituteOf(action: string, pseudonyms: Pseudonyms | undefined): Substitute | undefined {
  if (action === 'keep') return undefined
  if (action === 'pseudonymise' && pseudonyms !== undefined) {
    return (value, field) => {
      const address = addressOf(value, field)
      return address === undefined ? pseudonyms.ofText(value) : pseudonyms.ofAddress(address)
    }
  }
  const truncated = /^truncate(?: (\d+))?$/.exec(action)
  if (truncated === null) return () => undefined
  const length = Number(truncated[1] ?? 1)
  return (value, field) => {
    const address = addressOf(value, field)
    if (address !== undefined) return formatAddress(maskAddress(address, isIpv4(address) ? 96 + 24 : 48))
    const characters = [...fromBytes(value)]
    return characters.length <= length ? undefined : toBytes(characters.slice(0, length).join(''))
  }
}

function addressOf(value: ByteString, field: Field): Address | undefined {
  return field.type === 'ip' || field === F['source.address'] ? parseAddress(value) : undefined
}

/** By field, the rule that decides: the first that names it and whose filter fits. All filters see the event as it was. */
function decide(rules: readonly Rule[], event: Event): Map<Field, Rule> {
  const decided = new Map<Field, Rule>()
  for (const rule of rules) {
    if (rule.filter?.matches(event) === false) continue
    for (const field of rule.fields) if (!decided.has(field)) decided.set(field, rule)
  }
  for (const [leader, followers] of FOLLOWERS) {
    const rule = decided.get(leader)
    if (rule !== undefined) for (const field of followers) if (!decided.has(field)) decided.set(field, rule)
  }
  return decided
}

function isKept(decided: ReadonlyMap<Field, Rule>, field: Field): boolean {
  const rule = decided.get(field)
  return rule !== undefined && rule.substitute === undefined
}

function isFreeText(field: Field): boolean {
  return RAW_FIELDS.includes(field) || field.type === 'match_only_text'
}

/** Takes out the objects that name other accounts, unless a rule decides on them. True if there was one. */
function removeAccountObjects(event: Event, decided: ReadonlyMap<Field, Rule>): boolean {
  let removed = false
  for (const field of ACCOUNT_OBJECTS) {
    const value = event.values[field.index]
    if (!(value instanceof Json) || decided.has(field) || !ACCOUNT_KEY.test(value.text)) continue
    remove(event, field)
    removed = true
  }
  return removed
}

/** Puts the substitutes into the fields that the rules name. What was there, for the search through all others. */
function hide(event: Event, decided: ReadonlyMap<Field, Rule>): { secrets: Secret[]; anything: boolean } {
  const secrets: Secret[] = []
  let anything = false
  for (const [field, { substitute }] of decided) {
    const value = event.values[field.index]
    if (value === undefined || substitute === undefined) continue
    anything = true
    if (typeof value !== 'string' && !Array.isArray(value)) {
      remove(event, field)
      continue
    }
    const shown: ByteString[] = []
    for (const text of typeof value === 'string' ? [value] : (value as readonly ByteString[])) {
      const replacement = substitute(text, field)
      // A text of the whole line is no name that could be looked for elsewhere.
      if (!isFreeText(field)) secrets.push({ text, replacement, wholeOnly: NUMBER_FIELDS.includes(field) && /^\d+$/.test(text) })
      if (replacement !== undefined) shown.push(replacement)
    }
    event.values[field.index] = shown.length === 0 ? undefined : typeof value === 'string' ? shown[0] : shown
  }
  return { secrets, anything }
}

/** Raw text that a rule keeps is searched all the same: it is kept as text, not with what it tells. */
function maskAll(event: Event, decided: ReadonlyMap<Field, Rule>, mask: Mask): void {
  for (const field of searchedFields) {
    const value = event.values[field.index]
    if (value === undefined || (isKept(decided, field) && !isFreeText(field))) continue
    event.values[field.index] = maskValue(field, value, mask)
  }
}

function maskValue(field: Field, value: Value, mask: Mask): Value | undefined {
  if (typeof value === 'string') return field.type === 'ip' ? mask.address(value) : field.type === 'date' ? value : mask.text(value)
  if (value instanceof Json) {
    // With an escape in it, what it says is not what stands in it.
    return value.text.includes('\\') || mask.text(value.text) !== value.text ? undefined : value
  }
  if (typeof value !== 'object') return value
  const members = new Set<string>()
  for (const member of value as readonly string[]) {
    const shown = field.type === 'ip' ? mask.address(member) : mask.text(member)
    if (shown !== undefined) members.add(shown)
  }
  return members.size === 0 ? undefined : [...members]
}

/** A line that was not fully understood may hold names that stand in no field. */
function isUnparsed(event: Event): boolean {
  return event.get(F['naslog.parser']) === 'plain' || event.get(F['naslog.problems']) !== undefined
}

function renameIds(event: Event, pseudonyms: Pseudonyms): void {
  for (const field of [F['event.id'], F['naslog.duplicate_of']]) {
    const id = event.get(field)
    if (id !== undefined) event.set(field, pseudonyms.ofId(id))
  }
}

function remove(event: Event, field: Field): void {
  event.values[field.index] = undefined
}
