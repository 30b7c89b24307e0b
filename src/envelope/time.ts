import type { ByteString } from '../lib/bytes.ts'
import { DAY, daysInMonth, daysSince1970 } from '../lib/calendar.ts'
import { parseFixedOffset, type Zone } from '../lib/zone.ts'
import { createBsdResolver } from './bsd-time.ts'
import { formatOffset, pad, readClock, twoDigits } from './clock.ts'
import { dayExists } from './iso-time.ts'
import type { Stamp } from './stamp.ts'

/** The time of a header as ISO 8601, and what had to be assumed to make it. */
export interface ResolvedTime {
  /** `2026-06-09T10:20:15.123+02:00`: the digits of the line, and its offset or that of the zone; `Z` for UTC. */
  readonly text: string
  /** True where the line has no year. */
  readonly assumedYear: boolean
  /** True where the line has no zone that is understood. */
  readonly assumedZone: boolean
}

/**
 * Turns a stamp into a time. `zone` is that of the device, needed where the stamp has none; `reference` is when the line
 * was surely written already, in milliseconds since 1970: the receive time, or the modification time of its file.
 * `undefined` where the time does not exist in the calendar (30 February, hour 25), the offset is none (beyond ±18:00),
 * or a zone is needed and missing.
 *
 * - A missing year is the latest in which the date exists and the time is not more than a day after the reference.
 * - Second 60 is written as 59: a leap second is a time, but no Elasticsearch date.
 * - A fraction keeps its digits, but nine at most: Elasticsearch takes no more.
 * - A time without zone that the clocks show twice is the earlier one, unless the reference shows that it just was the later one.
 * - A time that the clocks skip keeps its digits and has the offset from before the jump, which is the right instant.
 */
export type TimeResolver = (stamp: Stamp, zone: Zone | undefined, reference: number) => ResolvedTime | undefined

/** Makes a resolver. It remembers the last stamps without a zone: devices write many lines a second, and these have no finer clock. */
export function createTimeResolver(): TimeResolver {
  const resolveBsd = createBsdResolver()
  let lastLocal: { readonly text: ByteString; readonly zone: Zone | undefined; readonly time: ResolvedTime | undefined } | undefined

  return (stamp, zone, reference) => {
    if (stamp.kind === 'bsd') return resolveBsd(stamp, zone, reference)
    if (stamp.kind === 'zoned') return resolveZoned(stamp)
    if (lastLocal?.text === stamp.text && lastLocal.zone === zone) return lastLocal.time
    const time = resolveLocal(stamp.text, zone)
    lastLocal = { text: stamp.text, zone, time }
    return time
  }
}

function resolveZoned({ text, normal }: Extract<Stamp, { kind: 'zoned' }>): ResolvedTime | undefined {
  if (normal) return dayExists(text) ? zonedTime(text) : undefined
  const clock = readIsoClock(text)
  if (clock === undefined) return undefined
  const written = text.slice(clock.end)
  const offset = written === 'Z' || isNormalOffset(written) ? written : normaliseOffset(written)
  if (offset === undefined) return undefined
  return zonedTime(clock.text === undefined && offset === written ? text : (clock.text ?? text.slice(0, clock.end)) + offset)
}

function zonedTime(text: ByteString): ResolvedTime {
  return { text, assumedYear: false, assumedZone: false }
}

function resolveLocal(text: ByteString, zone: Zone | undefined): ResolvedTime | undefined {
  const clock = readIsoClock(text)
  if (clock === undefined || clock.end !== text.length || zone === undefined) return undefined
  const offset = zone.offsetOfLocal(clock.localMs)
  return { text: (clock.text ?? text) + formatOffset(offset), assumedYear: false, assumedZone: true }
}

/** The part of an ISO time before its offset. */
interface IsoClock {
  /** Where the offset begins. */
  readonly end: number
  /** The normal form, where it differs from what stands there. */
  readonly text: string | undefined
  /** As `Date.UTC` would have it. */
  readonly localMs: number
}

/** Reads `YYYY-MM-DDThh:mm:ss` with an optional fraction; `undefined` where it is broken or does not exist. */
function readIsoClock(text: ByteString): IsoClock | undefined {
  const separator = text.charCodeAt(10)
  if (separator !== 0x54 && separator !== 0x74 && separator !== 0x20) return undefined
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return undefined
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const time = readClock(text, 11)
  // The comparisons are false for NaN, which is what twoDigits makes of anything else.
  if (time === undefined || !(year >= 0) || !(month >= 1 && month <= 12) || !(day >= 1 && day <= daysInMonth(year, month))) return undefined
  const normal = separator === 0x54 && time.text === undefined
  return {
    end: time.end,
    text: normal ? undefined : text.slice(0, 10) + 'T' + (time.text ?? text.slice(11, time.end)),
    localMs: daysSince1970(year, month, day) * DAY + time.ms,
  }
}

/** True for `+hh:mm` and `-hh:mm` up to 18 hours. */
function isNormalOffset(text: string): boolean {
  const sign = text.charCodeAt(0)
  const minute = twoDigits(text, 4)
  return (
    text.length === 6 && (sign === 0x2b || sign === 0x2d) && text.charCodeAt(3) === 0x3a &&
    minute <= 59 && twoDigits(text, 1) * 60 + minute <= 18 * 60
  )
}

function normaliseOffset(text: string): string | undefined {
  if (text === 'z') return 'Z'
  const minutes = /^[+-]/.test(text) ? parseFixedOffset(text) : undefined
  if (minutes === undefined) return undefined
  // `-0000` says that the local offset is not known (RFC 3339 section 4.3): its sign stays.
  return text.slice(0, 3) + ':' + pad(Math.abs(minutes) % 60)
}

/**
 * Writes an instant (milliseconds since 1970, years 0–9999) as `2026-06-09T08:20:15.123Z`. It remembers the last second
 * (receive times come in order), which nobody can see: the text depends on `ms` alone.
 */
export const formatIso: (ms: number) => string = createIsoFormatter()

function createIsoFormatter(): (ms: number) => string {
  let lastMs = Number.NaN
  let lastText = ''
  let lastSecond = Number.NaN
  let prefix = ''
  return (ms) => {
    if (ms === lastMs) return lastText
    const second = Math.floor(ms / 1000)
    if (second !== lastSecond) {
      prefix = new Date(second * 1000).toISOString().slice(0, -4)
      lastSecond = second
    }
    lastText = prefix + String(Math.floor(ms) - second * 1000).padStart(3, '0') + 'Z'
    lastMs = ms
    return lastText
  }
}
