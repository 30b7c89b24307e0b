import type { ByteString } from '../lib/bytes.ts'
import { daysInMonth } from '../lib/calendar.ts'
import { matchEnd } from '../lib/match-at.ts'

const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?`
const OFFSET = String.raw`(?:Z|[+-](?:(?:0\d|1[0-7]):[0-5]\d|18:00))`
const TIME = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T${CLOCK}${OFFSET}`
const ISO_TIME = new RegExp(`^${TIME}$`)
const ISO_TIME_AT = new RegExp(TIME, 'y')

/**
 * True for an RFC 3339 time that exists in the calendar, with at most nine digits of the second: what a date field takes as it
 * stands. (One date that does not exist, and Elasticsearch refuses the whole record.)
 */
export function isIsoTime(text: ByteString): boolean {
  return ISO_TIME.test(text) && dayExists(text)
}

/** Position behind the RFC 3339 time at `at`, or -1 where there is none. Whether its day exists (30 February) is not looked at. */
export function isoTimeEnd(text: ByteString, at: number): number {
  return matchEnd(ISO_TIME_AT, text, at)
}

/** True if the month has the day of a time that is right otherwise. */
export function dayExists(text: ByteString): boolean {
  // 01 to 28 in any month: the first digit is no 3, and it is no 2 or the second no 9.
  const tens = text.charCodeAt(8)
  if (tens < 0x32 || (tens === 0x32 && text.charCodeAt(9) < 0x39)) return true
  return Number(text.slice(8, 10)) <= daysInMonth(Number(text.slice(0, 4)), Number(text.slice(5, 7)))
}
