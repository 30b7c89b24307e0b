import type { Envelope } from '../envelope/envelope.ts'
import type { Event } from '../event.ts'
import type { Field, Value } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import { fromBytes, type ByteString } from '../lib/bytes.ts'

/** Says in a few words where the value of a field comes from. */
export type Origins = (field: Field, value: Value) => string

/** Fields whose values never stand in the line, and where they come from. */
const FIXED: ReadonlyMap<string, string> = new Map([
  ['ecs.version', 'constant'],
  ['event.kind', 'table'],
  ['event.category', 'table'],
  ['event.type', 'table'],
  ['event.module', 'table'],
  ['event.dataset', 'table'],
  ['observer.type', 'table'],
  ['observer.vendor', 'table'],
  ['observer.product', 'table'],
  ['event.timezone', 'assumed'],
  ['event.id', 'computed'],
  ['event.original', 'the line'],
  ['error.message', 'naslog'],
  ['tags', 'naslog'],
])

/** Fields that have a word of our own, of a closed list, for whatever the line says: `smb` for `SAMBA`. */
const NORMALISED = /^(?:event\.(?:action|outcome|provider)|network\..*|file\.type)$/

/** Fields that only tables and rules of the configuration set. */
const CONFIGURED = /^(?:labels|device|source\.geo|source\.as|observer\.geo)\.|^user\.roles$/

/** Fields of the header: their values are looked for there. */
const HEADER = /^(?:log\.syslog|host|process)\./

/** A part of the line: from `start` up to `end`, in bytes. */
interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Finds the origins of an event's values. The parsers do not report them: a value is looked for in the part of the line where
 * the field can come from. Where it stands several times, the first is named and the number of the others told.
 */
export function createOrigins(envelope: Envelope, event: Event): Origins {
  const { line, body } = envelope
  const bodyStart = Math.max(0, line.lastIndexOf(body))
  const whole: Range = { start: 0, end: line.length }
  const header: Range = { start: 0, end: bodyStart }
  const message: Range = { start: bodyStart, end: line.length }
  const path = event.get(F['file.path'])
  const pathPlace = path === undefined ? undefined : find(line, path, message)?.range

  const headerPlaces = placesInHeader(envelope)

  const places = (field: Field): readonly Range[] => {
    const headerPlace = headerPlaces.get(field.name)
    if (headerPlace !== undefined) return [headerPlace]
    if (HEADER.test(field.name)) return [header, whole]
    if (pathPlace !== undefined && /^file\.(?:name|directory|extension)$/.test(field.name)) return [pathPlace]
    return [message, whole]
  }

  return (field, value) => {
    if (field === F['@timestamp']) return timeOrigin(line, headerPlaces.get(field.name), event)
    if (field === F['event.created']) return envelope.received === undefined ? 'the clock' : 'rsyslog'
    if (field.name.startsWith('naslog.')) return 'naslog'
    if (CONFIGURED.test(field.name)) return 'configuration'
    if (field.name.startsWith('related.')) return relatedOrigin(event, value)
    if (/^log\.syslog\.(?:facility|severity)\./.test(field.name)) return 'priority'
    const fixed = FIXED.get(field.name) ?? (NORMALISED.test(field.name) ? 'table' : undefined)
    if (fixed !== undefined) return fixed
    const text = Array.isArray(value) ? value[0] : String(value)
    for (const place of places(field)) {
      const found = find(line, text, place)
      if (found !== undefined) return columns(line, found.range) + (found.more === 0 ? '' : `, and ${found.more} more`)
    }
    return 'decoded'
  }
}

/** Places of the header's values by field. They stand in a known order, so that a pid of `1` is not found in the time. */
function placesInHeader({ line, version, stamp, hostname, appname, procid, msgid }: Envelope): Map<string, Range> {
  const places = new Map<string, Range>()
  let end = 0
  const inOrder: readonly (readonly [value: ByteString | undefined, fields: readonly string[]])[] = [
    [version, ['log.syslog.version']],
    [stamp?.text, ['@timestamp']],
    [hostname, ['log.syslog.hostname', 'host.name', 'host.hostname', 'host.ip']],
    [appname, ['log.syslog.appname', 'process.name']],
    [procid, ['log.syslog.procid', 'process.pid']],
    [msgid, ['log.syslog.msgid']],
  ]
  for (const [value, fields] of inOrder) {
    const found = value === undefined ? undefined : find(line, value, { start: end, end: line.length })
    if (found === undefined) continue
    end = found.range.end
    for (const field of fields) places.set(field, found.range)
  }
  return places
}

function timeOrigin(line: ByteString, place: Range | undefined, event: Event): string {
  const tags = event.get(F.tags) ?? []
  if (tags.includes('time_assumed')) return 'assumed'
  const assumed = [tags.includes('year_inferred') && 'year', event.get(F['event.timezone']) !== undefined && 'zone'].filter(Boolean)
  return [place ? columns(line, place) : 'the line', assumed.length > 0 && `${assumed.join(' and ')} assumed`]
    .filter(Boolean)
    .join(', ')
}

/** The fields that hold what a `related.*` field collects. */
function relatedOrigin(event: Event, value: Value): string {
  const collected = Array.isArray(value) ? value : [value]
  const names = allFields.filter((field) => {
    const other = event.get(field)
    return !/^(?:related|log)\./.test(field.name) && (Array.isArray(other) ? other : [other]).some((one) => collected.includes(one))
  })
  return names.map(({ name }) => name).join(', ')
}

/** First place where the text stands as a whole word, and how many more there are. */
function find(line: ByteString, text: ByteString, { start, end }: Range): { range: Range; more: number } | undefined {
  let range: Range | undefined
  let more = 0
  for (let at = line.indexOf(text, start); at >= 0 && at + text.length <= end; at = line.indexOf(text, at + text.length)) {
    if (isWordPart(line.charCodeAt(at - 1)) || isWordPart(line.charCodeAt(at + text.length))) continue
    if (range === undefined) range = { start: at, end: at + text.length }
    else more++
  }
  return range && { range, more }
}

/** Letters and digits of ASCII, `_`, and all bytes of other characters. NaN, the end of the line, is none. */
function isWordPart(code: number): boolean {
  return code >= 0x80 || code === 0x5f || (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)
}

/** `columns 5-19`: characters counted from 1. */
function columns(line: ByteString, { start, end }: Range): string {
  const before = [...fromBytes(line.slice(0, start))].length
  const length = [...fromBytes(line.slice(start, end))].length
  return length === 1 ? `column ${before + 1}` : `columns ${before + 1}-${before + length}`
}
