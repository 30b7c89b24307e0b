import { isIsoTime } from '../../envelope/iso-time.ts'
import type { Event } from '../../event.ts'
import { Json, type Field } from '../../fields/declare.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { changesBetween, member } from './change.ts'
import { excerpt } from './excerpt.ts'
import { checkObject, DEEPEST, sliceOf } from './json-text.ts'
import type { AuditRecord, JsonSlice, UnmappedMember, UnmappedPlace } from './record.ts'

/** Writes the details that only the JSON form has: sizes, the metadata before and after, and members without a field. */
export function setDetails(record: AuditRecord, event: Event): void {
  if (record.offset !== undefined) setNumber(event, F['qumulo.audit.offset'], F['qumulo.audit.offset_exact'], record.offset)
  if (record.size !== undefined) setNumber(event, F['qumulo.audit.size'], F['qumulo.audit.size_exact'], record.size)
  if (record.fileSize !== undefined) setNumber(event, F['file.size'], F['qumulo.audit.file_size_exact'], record.fileSize)
  if (record.unmapped !== undefined) setJson(event, F['qumulo.audit.unmapped'], sliceOf(unmappedObject(record.unmapped)))
}

/** Writes the metadata before and after, and if the operation changed a file, what it changed. */
export function setMetadata(record: AuditRecord, changed: boolean, event: Event): void {
  const before = record.before === undefined ? undefined : setJson(event, F['qumulo.audit.before'], record.before)
  const after = record.after === undefined ? undefined : setJson(event, F['qumulo.audit.after'], record.after)
  if (after !== undefined) {
    const owner = member(after, 'owner')
    event.set(F['file.uid'], plainText(member(owner, 'sid')) ?? plainText(member(owner, 'auth_id')))
    event.set(F['file.mtime'], time(member(after, 'mtime')))
    event.set(F['file.ctime'], time(member(after, 'ctime')))
  }
  if (changed) event.set(F['qumulo.audit.change'], changesBetween(before, after))
}

/** A whole number that a double holds exactly goes to `field`; anything else keeps its digits as text in `exact`. */
function setNumber(event: Event, field: Field<number>, exact: Field<string>, text: ByteString): void {
  const value = Number(text)
  if (value <= Number.MAX_SAFE_INTEGER && /^(?:0|[1-9]\d{0,15})$/.test(text)) event.set(field, value)
  else event.set(exact, text)
}

/** Checks the object and writes it; an empty one is absent. Its value, `undefined` if it is broken. */
function setJson(event: Event, field: Field<Json>, slice: JsonSlice): object | undefined {
  if (slice.members === 0 && slice.text === '{}') return {}
  const checked = checkObject(slice)
  if (checked === undefined) {
    event.fail('invalid_json', `expected a JSON object of at most ${DEEPEST} levels as ${field.name}, found ${excerpt(slice.text, 0)}`)
    return undefined
  }
  if (checked.repaired) event.flag('json_repaired')
  event.set(field, new Json(checked.text))
  return checked.value
}

/** The members as one object, in the shape of the record: `{"new_key":1,"details":{"new_key":1}}`. */
function unmappedObject(members: readonly UnmappedMember[]): ByteString {
  const places = new Map<UnmappedPlace, Map<ByteString, ByteString>>()
  for (const { place, key, json } of members) {
    let values = places.get(place)
    if (values === undefined) places.set(place, (values = new Map()))
    values.set(key, json)
  }
  const top = places.get('record') ?? new Map<ByteString, ByteString>()
  for (const place of ['user_id', 'details'] as const) {
    const values = places.get(place)
    if (values !== undefined) top.set(place, objectText(values))
  }
  return objectText(top)
}

function objectText(values: ReadonlyMap<ByteString, ByteString>): ByteString {
  return '{' + [...values].map(([key, json]) => JSON.stringify(key) + ':' + json).join() + '}'
}

/** A string of printable ASCII: an id. Anything else could not be told from undecoded UTF-8. */
function plainText(value: unknown): string | undefined {
  return typeof value === 'string' && /^[ -~]+$/.test(value) ? value : undefined
}

/** A time as the details write it: RFC 3339 with nine digits of the second. */
function time(value: unknown): string | undefined {
  return typeof value === 'string' && isIsoTime(value) ? value : undefined
}
