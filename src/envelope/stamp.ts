import type { ByteString } from '../lib/bytes.ts'
import { isDigit, isDigits } from '../lib/digits.ts'
import { matchEnd } from '../lib/match-at.ts'
import { isoTimeEnd } from './iso-time.ts'

/**
 * A time as it stands in a header, recognised by its shape; whether it exists in the calendar is settled in time.ts.
 *
 * - `zoned`: ISO 8601 with an offset. `normal`: ready to use, if its day exists.
 * - `local`: ISO 8601 without one.
 * - `bsd`: `Mmm dd hh:mm:ss` of RFC 3164, as a rule without year and zone.
 */
export type Stamp =
  | { readonly kind: 'zoned'; readonly text: ByteString; readonly normal: boolean }
  | { readonly kind: 'local'; readonly text: ByteString }
  | {
      readonly kind: 'bsd'
      /** From the name of the month to the last digit of the time; a year may stand before the time. */
      readonly text: ByteString
      /** 1–12. */
      readonly month: number
      readonly year: number | undefined
      /** Explicit zone suffix: `UTC`, `+02:00`, or an abbreviation of `ZONE_ABBREVIATIONS` turned into an offset. */
      readonly zone: string | undefined
    }

/** A stamp and the position behind it. */
export interface StampAt {
  readonly stamp: Stamp
  readonly end: number
}

/** Abbreviations that mean one offset only in the places where devices write them (RFC 5322 section 4.3, and Europe's). */
const ZONE_ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['UTC', 'UTC'], ['GMT', 'UTC'], ['WET', 'UTC'], ['WEST', '+01:00'], ['CET', '+01:00'], ['CEST', '+02:00'],
  ['EET', '+02:00'], ['EEST', '+03:00'], ['EST', '-05:00'], ['EDT', '-04:00'], ['CDT', '-05:00'],
  ['MST', '-07:00'], ['MDT', '-06:00'], ['PST', '-08:00'], ['PDT', '-07:00'],
])

const MONTHS: ReadonlyMap<string, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [name, index + 1]),
)
const SPACE = 0x20
const COLON = 0x3a

/** Reads the stamp at `at`, or `undefined` where none stands. */
export function readStamp(text: ByteString, at: number): StampAt | undefined {
  return isDigit(text, at) ? readIso(text, at) : readBsd(text, at)
}

/**
 * The stamp with the year that a relay's own stamp tells, where it has none. The relay wrote its stamp near that time: of December and
 * January, one is in the next year.
 */
export function withYearOf(stamp: Stamp, relay: Stamp): Stamp {
  if (stamp.kind !== 'bsd' || stamp.year !== undefined) return stamp
  const relayYear = relay.kind === 'bsd' ? relay.year : Number(relay.text.slice(0, 4))
  if (relayYear === undefined) return stamp
  const later = stamp.month - (relay.kind === 'bsd' ? relay.month : Number(relay.text.slice(5, 7)))
  return { ...stamp, year: later > 6 ? relayYear - 1 : later < -6 ? relayYear + 1 : relayYear }
}

/** `2026-06-09T10:20:15.123`; a blank may stand for the T. A comma that no digit follows belongs to a comma template. */
const ISO = /\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?/y

function readIso(text: ByteString, at: number): StampAt | undefined {
  const normalEnd = isoTimeEnd(text, at)
  if (normalEnd >= 0) return { stamp: { kind: 'zoned', text: text.slice(at, normalEnd), normal: true }, end: normalEnd }
  const timeEnd = matchEnd(ISO, text, at)
  if (timeEnd < 0) return undefined
  const end = offsetEnd(text, timeEnd)
  return { stamp: end > timeEnd ? { kind: 'zoned', text: text.slice(at, end), normal: false } : { kind: 'local', text: text.slice(at, end) }, end }
}

/** `Jun  9 10:20:15`, `Jun 9 2026 10:20:15`. */
const BSD = /[A-Z][a-z]{2}  ?\d\d? (?:\d{4} )?\d\d:\d\d:\d\d/y
/** The longest that stands before the time where no year does. */
const LONGEST_DATE = 'Jun  09 '.length

/** `Jun  9 10:20:15`, `Jun 9 2026 10:20:15.123 UTC`, `Jun  9 10:20:15 2026`. */
function readBsd(text: ByteString, at: number): StampAt | undefined {
  const secondsEnd = matchEnd(BSD, text, at)
  const month = secondsEnd < 0 ? undefined : MONTHS.get(text.slice(at, at + 3))
  if (month === undefined) return undefined
  const timeAt = secondsEnd - 'hh:mm:ss'.length
  let year = timeAt - at > LONGEST_DATE ? Number(text.slice(timeAt - 5, timeAt - 1)) : undefined
  const timeEnd = fractionEnd(text, secondsEnd)
  let end = timeEnd
  if (year === undefined && text.charCodeAt(end) === SPACE) {
    year = yearAt(text, end + 1)
    if (year !== undefined) end += 5
  }
  const zone = readZone(text, end)
  const stamp: Stamp = { kind: 'bsd', text: text.slice(at, timeEnd), month, year, zone: zone?.zone }
  return { stamp, end: zone?.end ?? end }
}

/** `+02:00` behind the time, or ` UTC` and the like as a word of its own. */
function readZone(text: ByteString, at: number): { zone: string; end: number } | undefined {
  const offset = offsetEnd(text, at)
  if (offset > at) return { zone: text.slice(at, offset), end: offset }
  if (text.charCodeAt(at) !== SPACE) return undefined
  const spaced = offsetEnd(text, at + 1)
  if (spaced > at + 1 && text.charCodeAt(spaced) === SPACE) return { zone: text.slice(at + 1, spaced), end: spaced }
  let end = at + 1
  while (end < at + 5 && text.charCodeAt(end) >= 0x41 && text.charCodeAt(end) <= 0x5a) end++
  if (text.charCodeAt(end) !== SPACE && text.charCodeAt(end) !== COLON) return undefined
  const zone = ZONE_ABBREVIATIONS.get(text.slice(at + 1, end))
  return zone === undefined ? undefined : { zone, end }
}

/** A year of four digits with a blank behind it. */
function yearAt(text: ByteString, at: number): number | undefined {
  return isDigits(text, at, at + 4) && text.charCodeAt(at + 4) === SPACE ? Number(text.slice(at, at + 4)) : undefined
}

/** Position behind a fraction at `at`, or `at`. */
function fractionEnd(text: ByteString, at: number): number {
  if (text.charCodeAt(at) !== 0x2e || !isDigit(text, at + 1)) return at
  let end = at + 2
  while (isDigit(text, end)) end++
  return end
}

/** Position behind `Z`, `+02:00` or `+0200` at `at`, or `at`. */
function offsetEnd(text: ByteString, at: number): number {
  const sign = text.charCodeAt(at)
  if (sign === 0x5a || sign === 0x7a) return at + 1
  if ((sign !== 0x2b && sign !== 0x2d) || !isDigits(text, at + 1, at + 3)) return at
  const minutes = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3
  return isDigits(text, minutes, minutes + 2) ? minutes + 2 : at
}
