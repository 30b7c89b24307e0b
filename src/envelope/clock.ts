import type { ByteString } from '../lib/bytes.ts'
import { MINUTE } from '../lib/calendar.ts'
import { isDigit } from '../lib/digits.ts'

const MAX_FRACTION_DIGITS = 9

/** `hh:mm:ss` with an optional fraction. */
export interface Clock {
  /** The normal form, where it differs from what stands there. */
  readonly text: string | undefined
  readonly end: number
  /** Whole seconds since midnight, in milliseconds. */
  readonly ms: number
}

/** Reads the time of day at `at`; `undefined` where there is none. Second 60 is written as 59, and a fraction has nine digits at most. */
export function readClock(text: ByteString, at: number): Clock | undefined {
  const hour = twoDigits(text, at)
  const minute = twoDigits(text, at + 3)
  const second = twoDigits(text, at + 6)
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return undefined
  if (text.charCodeAt(at + 2) !== 0x3a || text.charCodeAt(at + 5) !== 0x3a) return undefined

  let end = at + 8
  // Beyond the end of the text, charCodeAt would lose its fast path in V8.
  const mark = end < text.length ? text.charCodeAt(end) : Number.NaN
  if ((mark === 0x2e || mark === 0x2c) && isDigit(text, end + 1)) {
    end += 2
    while (isDigit(text, end)) end++
  }
  const fractionAt = at + 8
  const keptEnd = Math.min(end, fractionAt + 1 + MAX_FRACTION_DIGITS)
  const normal = second !== 60 && keptEnd === end && (mark !== 0x2c || end === fractionAt)
  const ms = (hour * 60 + minute) * MINUTE + Math.min(second, 59) * 1000
  if (normal) return { text: undefined, end, ms }
  const whole = second === 60 ? text.slice(at, at + 6) + '59' : text.slice(at, fractionAt)
  return { text: end === fractionAt ? whole : whole + '.' + text.slice(fractionAt + 1, keptEnd), end, ms }
}

/** `+02:00` of minutes east of UTC; `Z` for UTC. */
export function formatOffset(minutes: number): string {
  if (minutes === 0) return 'Z'
  const size = Math.abs(minutes)
  return (minutes < 0 ? '-' : '+') + pad(Math.floor(size / 60)) + ':' + pad(size % 60)
}

/** Two digits. */
export function pad(value: number): string {
  return value < 10 ? '0' + value : String(value)
}

/** The number that two digits write, or NaN. */
export function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1)
}

/** The digit at `at`, or NaN. */
export function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39 ? code - 0x30 : Number.NaN
}
