import type { ByteString } from '../lib/bytes.ts'
import { DAY, isLeapYear } from '../lib/calendar.ts'
import { rotationOf } from './series.ts'

/**
 * Years for stamps that have none (`Dec 31 23:59:59`), over files that cross New Year, perhaps more than once. Dates are
 * compared as the device wrote them, to the day.
 */

/** A day of a year: month (1–12) times 32, plus day (1–31). Such numbers sort as the days do. */
export type MonthDay = number

/** Days from the start of a leap year to the first of each month. */
const DAYS_BEFORE = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const LEAP_DAY: MonthDay = 2 * 32 + 29
const NEW_YEAR: MonthDay = 32 + 1

/** Bytes of a line that `monthDayOf` looks at. */
export const STAMP_REACH = 32

/** The day of a line that begins with a stamp without year, behind its PRI; `undefined` for any other line. */
export function monthDayOf(line: ByteString): MonthDay | undefined {
  let at = 0
  if (line.charCodeAt(0) === 0x3c) {
    at = line.indexOf('>') + 1
    if (at < 3 || at > 5) return undefined
    while (line.charCodeAt(at) === 0x20 && at < 8) at++
  }
  const first = line.charCodeAt(at)
  if (first < 0x41 || first > 0x53 || line.charCodeAt(at + 3) !== 0x20) return undefined
  const name = MONTHS.indexOf(line.slice(at, at + 3))
  if (name < 0 || name % 3 !== 0) return undefined
  let dayAt = at + 4
  if (line.charCodeAt(dayAt) === 0x20) dayAt++
  const digit = line.charCodeAt(dayAt) - 0x30
  if (!(digit >= 0 && digit <= 9)) return undefined
  const next = line.charCodeAt(dayAt + 1) - 0x30
  const two = next >= 0 && next <= 9
  const day = two ? digit * 10 + next : digit
  const end = two ? dayAt + 2 : dayAt + 1
  if (line.charCodeAt(end) !== 0x20 || line.charCodeAt(end + 3) !== 0x3a) return undefined
  const month = name / 3
  return day >= 1 && day <= (DAYS_IN_MONTH[month] as number) ? (month + 1) * 32 + day : undefined
}

/** Lines of several devices are out of order by their clocks: a step back of up to so many days is one. */
const LARGEST_STEP_BACK = 30
/** A device without a battery begins at 1 January until it has the time. From October on that day may be the real one. */
const NEW_YEAR_IS_NEAR = 92

/** Counts the years while dates go by. */
export class YearCounter {
  /** Year of the last date. */
  year: number
  #last: MonthDay | undefined
  #dayOfYear = 0

  /** `last` is the date before the next one, in `year`; absent: the next date is the first, and in `year`. */
  constructor(year: number, last?: MonthDay) {
    this.year = year
    this.#last = last
    if (last !== undefined) this.#dayOfYear = dayOfLeapYear(last)
  }

  get last(): MonthDay | undefined {
    return this.#last
  }

  /** The year of the next date: the way forward from the last one, unless that is only a small step back. */
  next(date: MonthDay): number {
    if (date === this.#last) return this.year
    const day = dayOfLeapYear(date)
    if (this.#last !== undefined) {
      const forward = (day - this.#dayOfYear + 366) % 366
      if (forward >= 366 - LARGEST_STEP_BACK) {
        if (day > this.#dayOfYear) this.year--
      } else {
        if (date === NEW_YEAR && forward > NEW_YEAR_IS_NEAR) return this.year
        if (day < this.#dayOfYear) this.year++
      }
    }
    this.#last = date
    this.#dayOfYear = day
    return this.year
  }
}

function dayOfLeapYear(date: MonthDay): number {
  return (DAYS_BEFORE[monthOf(date) - 1] as number) + (date % 32)
}

function monthOf(date: MonthDay): number {
  return Math.floor(date / 32)
}

/** A reference for the pipeline (see Reception) that makes it find this year for this date, in every zone. */
export function referenceFor(year: number, date: MonthDay): number {
  return startOf(year, date) + 18 * 3_600_000
}

function startOf(year: number, date: MonthDay): number {
  return Date.UTC(year, monthOf(date) - 1, date % 32)
}

/** The dates of a whole file, looked at once. */
export interface DateSurvey {
  readonly first: MonthDay
  /** Years of the latest date and of the leap days, counted from that of the first date. */
  readonly latest: { readonly year: number; readonly date: MonthDay }
  readonly leapYears: readonly number[]
}

/** Looks at the dates of a file, line by line. */
export function createSurveyor(): { add(date: MonthDay): void; readonly survey: DateSurvey | undefined } {
  const counter = new YearCounter(0)
  const leapYears = new Set<number>()
  let first: MonthDay | undefined
  let latestYear = 0
  let latestDate = 0
  let last: MonthDay | undefined
  return {
    add(date) {
      if (date === last) return
      last = date
      const year = counter.next(date)
      first ??= date
      if (year > latestYear || (year === latestYear && date > latestDate)) {
        latestYear = year
        latestDate = date
      }
      if (date === LEAP_DAY && leapYears.size < 100) leapYears.add(year)
    },
    get survey() {
      return first === undefined ? undefined : { first, latest: { year: latestYear, date: latestDate }, leapYears: [...leapYears] }
    },
  }
}

/** The longest way from one leap year to the next. */
const LONGEST_LEAP_GAP = 8

/**
 * The year of a file's first date: the latest for which no date is more than a day after the reference, and every 29 February
 * exists.
 */
function firstYearOf({ latest, leapYears }: DateSurvey, reference: number): number {
  const year = latestYearOf(latest.date, reference) - latest.year
  for (let candidate = year; candidate > year - LONGEST_LEAP_GAP - 1; candidate--) {
    if (leapYears.every((leapYear) => isLeapYear(candidate + leapYear))) return candidate
  }
  return year
}

/** The latest year in which the date begins no more than a day after the reference. */
function latestYearOf(date: MonthDay, reference: number): number {
  const year = new Date(reference + DAY).getUTCFullYear()
  return startOf(year, date) <= reference + DAY ? year : year - 1
}

/** What the year of a file's lines is taken from. */
export interface YearPlan {
  /** For lines that do not begin with such a stamp: no line is later. Milliseconds since 1970. */
  readonly reference: number
  /** Year of the first date; `undefined` if no line begins with a stamp without year. */
  readonly firstYear: number | undefined
}

/** A file of a series, as the years see it. */
export interface DatedFile {
  readonly path: string
  readonly changed: number
  /** The first date of the file: `undefined` if the beginning has none. Reads little. */
  head(): Promise<MonthDay | undefined>
  /** All dates of the file. Reads it whole. */
  survey(): Promise<DateSurvey | undefined>
}

/** A file that changed before had no clock: archives without times, 1970. */
const EARLIEST_CHANGE = Date.UTC(2000, 0, 1)
/** How far the clocks of devices and collector may be apart. */
const TOLERANCE = 2 * DAY
/** Files that changed last within an hour were copied, as a rule: their times say nothing of when their lines were written. */
const COPIED_TOGETHER = 3_600_000

/**
 * Plans the years of a series (oldest file first), going backwards: no line of a file is later than the file's last change, than
 * the date in its name, or than the first line of the next file. Within a file New Year is counted, for which the file is
 * read once before; that is spared where the file before it changed last so late that this one cannot be a year long.
 * `lastYear` is the year of the series' last line, if the user says it: then changes and names count for nothing.
 */
export async function planYears(series: readonly DatedFile[], now: number, lastYear: number | undefined): Promise<YearPlan[]> {
  const plans: YearPlan[] = []
  let bound = lastYear === undefined ? now : Date.UTC(lastYear + 1, 0, 1) - DAY - 1
  for (let index = series.length - 1; index >= 0; index--) {
    const file = series[index] as DatedFile
    if (lastYear === undefined) bound = Math.min(bound, changeOf(file) ?? bound, rotationOf(file.path).notAfter ?? bound)
    const head = await file.head()
    if (head === undefined) {
      plans.unshift({ reference: bound, firstYear: undefined })
      continue
    }
    const likely = latestYearOf(head, bound)
    const short = lastYear === undefined && isShort(file, series[index - 1], startOf(likely, head), bound)
    const survey = short ? undefined : await file.survey()
    const firstYear = survey === undefined ? likely : firstYearOf(survey, bound)
    plans.unshift({ reference: bound, firstYear })
    const began = startOf(firstYear, head) + DAY
    bound = lastYear === undefined ? Math.min(bound, began) : began
  }
  return plans
}

/** True if the times of change say that the file began, on this day, after the one before it had ended. */
function isShort(file: DatedFile, older: DatedFile | undefined, began: number, bound: number): boolean {
  const before = older && changeOf(older)
  if (before === undefined || began > bound || file.changed - before < COPIED_TOGETHER) return false
  return began + DAY >= before - TOLERANCE
}

function changeOf({ changed }: DatedFile): number | undefined {
  return changed >= EARLIEST_CHANGE ? changed : undefined
}
