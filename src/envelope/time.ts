import type { ByteString } from '../lib/bytes.ts'
import { daysInMonth } from '../lib/calendar.ts'
import { isDigit } from '../lib/digits.ts'
import { parseFixedOffset, type Zone } from '../lib/zone.ts'
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

const MINUTE = 60_000
const DAY = 86_400_000
const MAX_FRACTION_DIGITS = 9

/** Makes a resolver. It remembers the last stamps without a zone: devices write many lines a second, and these have no finer clock. */
export function createTimeResolver(): TimeResolver {
  const resolveBsd = createBsdResolver()
  let lastLocal: { readonly text: ByteString; readonly zone: Zone | undefined; readonly time: ResolvedTime | undefined } | undefined

  return (stamp, zone, reference) => {
    if (stamp.kind === 'bsd') return resolveBsd(stamp, zone, reference)
    if (stamp.kind === 'zoned') return stamp.normal && dayExists(stamp.text) ? { text: stamp.text, assumedYear: false, assumedZone: false } : resolveZoned(stamp.text)
    if (lastLocal?.text === stamp.text && lastLocal.zone === zone) return lastLocal.time
    const time = resolveLocal(stamp.text, zone)
    lastLocal = { text: stamp.text, zone, time }
    return time
  }
}

function resolveZoned(text: ByteString): ResolvedTime | undefined {
  const clock = readIsoClock(text)
  if (clock === undefined) return undefined
  const written = text.slice(clock.end)
  const offset = written === 'Z' || isNormalOffset(written) ? written : normaliseOffset(written)
  if (offset === undefined) return undefined
  const normal = clock.text === undefined && offset === written
  return { text: normal ? text : (clock.text ?? text.slice(0, clock.end)) + offset, assumedYear: false, assumedZone: false }
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

/** `hh:mm:ss` with an optional fraction. */
interface Clock {
  /** The normal form, where it differs from what stands there. */
  readonly text: string | undefined
  readonly end: number
  /** Whole seconds since midnight, in milliseconds. */
  readonly ms: number
}

function readClock(text: ByteString, at: number): Clock | undefined {
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

type BsdStamp = Extract<Stamp, { kind: 'bsd' }>

function createBsdResolver(): (stamp: BsdStamp, zone: Zone | undefined, reference: number) => ResolvedTime | undefined {
  const suffixes = createSuffixReader()
  // The last stamp, and the references [from, until) for which its time holds.
  let lastText: string | undefined
  let lastYear: number | undefined
  let lastSuffix: string | undefined
  let lastZone: Zone | undefined
  let from = 0
  let until = 0
  let lastTime: ResolvedTime | undefined
  // The last date: lines come in order, so one text serves a day.
  let prefixKey = Number.NaN
  let prefix = ''

  return (stamp, zone, reference) => {
    const { text, month, year, zone: suffix } = stamp
    if (text === lastText && reference >= from && reference < until && zone === lastZone && year === lastYear && suffix === lastSuffix) {
      return lastTime
    }
    const colon = text.indexOf(':')
    const clock = readClock(text, colon - 2)
    if (clock === undefined || clock.end !== text.length) return undefined
    const dayAt = text.charCodeAt(4) === 0x20 ? 5 : 4
    const day = isDigit(text, dayAt + 1) ? twoDigits(text, dayAt) : digit(text, dayAt)
    const given = suffix === undefined ? undefined : suffixes(suffix)
    if (given === undefined && zone === undefined) return undefined

    const latest = year ?? yearOf(reference + 2 * DAY)
    const earliest = year ?? latest - LONGEST_LEAP_GAP
    const limit = year === undefined ? reference + DAY : Infinity
    let next = year === undefined ? startOfYear(latest + 1) - DAY : Infinity
    for (let candidate = latest; candidate >= earliest; candidate--) {
      if (!(day >= 1 && day <= daysInMonth(candidate, month))) continue
      const localMs = daysSince1970(candidate, month, day) * DAY + clock.ms
      const repeated = given === undefined && zone !== undefined ? repeatedOffset(zone, localMs) : undefined
      const isLater = repeated !== undefined && isJustBehind(localMs - repeated * MINUTE, reference)
      const offset = (isLater ? repeated : given) ?? zone?.offsetOfLocal(localMs) ?? 0
      const instant = localMs - offset * MINUTE
      if (!(instant <= limit)) {
        next = Math.min(next, instant)
        continue
      }
      const key = (candidate * 12 + month) * 31 + day
      if (key !== prefixKey) {
        prefixKey = key
        prefix = `${String(candidate).padStart(4, '0')}-${pad(month)}-${pad(day)}T`
      }
      // Which of two equal readings it is depends on the reference: that is not remembered.
      lastText = repeated === undefined ? text : undefined
      lastYear = year
      lastSuffix = suffix
      lastZone = zone
      from = year === undefined ? instant - DAY : -Infinity
      until = next - DAY
      lastTime = { text: prefix + (clock.text ?? text.slice(colon - 2)) + formatOffset(offset), assumedYear: year === undefined, assumedZone: given === undefined }
      return lastTime
    }
    return undefined
  }
}

/**
 * The later offset of a time that the clocks of the zone show twice, when they go back by an hour (or half an hour: Lord Howe);
 * `undefined` for any other time.
 */
function repeatedOffset(zone: Zone, localMs: number): number | undefined {
  const offset = zone.offsetOfLocal(localMs)
  // As far behind as the clocks go back, the new offset holds if and only if this reading comes again.
  if (zone.offsetOfLocal(localMs + 60 * MINUTE) === offset - 60) return offset - 60
  return zone.offsetOfLocal(localMs + 30 * MINUTE) === offset - 30 ? offset - 30 : undefined
}

/** Whether the reference is the time of reception of a line of this instant: clocks may differ by minutes, and lines be late by some more. */
function isJustBehind(instant: number, reference: number): boolean {
  return reference > instant - 5 * MINUTE && reference < instant + 30 * MINUTE
}

/** From 29 February 1896 to that of 1904. */
const LONGEST_LEAP_GAP = 8

/** Offsets of explicit suffixes, read once each. One that is no offset counts as none. */
function createSuffixReader(): (suffix: string) => number | undefined {
  let last: string | undefined
  let offset: number | undefined
  return (suffix) => {
    if (suffix !== last) {
      offset = parseFixedOffset(suffix)
      last = suffix
    }
    return offset
  }
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

/** `+02:00` of minutes east of UTC; `Z` for UTC. */
function formatOffset(minutes: number): string {
  if (minutes === 0) return 'Z'
  const size = Math.abs(minutes)
  return (minutes < 0 ? '-' : '+') + pad(Math.floor(size / 60)) + ':' + pad(size % 60)
}

function pad(value: number): string {
  return value < 10 ? '0' + value : String(value)
}

/** Days from 1 January 1970 in the Gregorian calendar. `Date.UTC` takes years below 100 for those of the 20th century. */
function daysSince1970(year: number, month: number, day: number): number {
  // Counted in years that begin in March, so that the leap day is the last.
  const marchYear = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  return marchYear * 365 + leapDays + dayOfYear - 719_468
}

function startOfYear(year: number): number {
  return daysSince1970(year, 1, 1) * DAY
}

/** Year of an instant in UTC. */
function yearOf(ms: number): number {
  return new Date(ms).getUTCFullYear()
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1)
}

/** The digit at `at`, or NaN. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39 ? code - 0x30 : Number.NaN
}
