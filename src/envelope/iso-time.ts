import type { ByteString } from '../lib/bytes.ts'

const DATE = String.raw`\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))`
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?`
const OFFSET = String.raw`(?:Z|[+-](?:(?:0\d|1[0-7]):[0-5]\d|18:00))`
const ISO_TIME = new RegExp(`^${DATE}T${CLOCK}${OFFSET}$`)

/**
 * True for an RFC 3339 time that exists in the calendar, with at most nine digits of the second: what a date field takes as it
 * stands. (One date that does not exist, and Elasticsearch refuses the whole record.)
 */
export function isIsoTime(text: ByteString): boolean {
  return ISO_TIME.test(text) && !(text.startsWith('02-29', 5) && !isLeapYear(Number(text.slice(0, 4))))
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
