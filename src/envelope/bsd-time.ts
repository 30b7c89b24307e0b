import { DAY, daysInMonth, daysSince1970, MINUTE, startOfYear, yearOf } from '../lib/calendar.ts'
import { isDigit } from '../lib/digits.ts'
import { parseFixedOffset, type Zone } from '../lib/zone.ts'
import { digit, formatOffset, pad, readClock, twoDigits } from './clock.ts'
import type { Stamp } from './stamp.ts'
import type { ResolvedTime } from './time.ts'

type BsdStamp = Extract<Stamp, { kind: 'bsd' }>

/** Resolves stamps of RFC 3164 (time.ts says how). It remembers the last: devices write many lines a second. */
export function createBsdResolver(): (stamp: BsdStamp, zone: Zone | undefined, reference: number) => ResolvedTime | undefined {
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
