/** The Gregorian calendar, also before it was made, as ISO 8601 has it. */

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Days of the month 1–12; 0 for any other month. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0)
}

/** In milliseconds. */
export const MINUTE = 60_000
export const DAY = 86_400_000

/** Days from 1 January 1970 in the Gregorian calendar. `Date.UTC` takes years below 100 for those of the 20th century. */
export function daysSince1970(year: number, month: number, day: number): number {
  // Counted in years that begin in March, so that the leap day is the last.
  const marchYear = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  return marchYear * 365 + leapDays + dayOfYear - 719_468
}

/** The beginning of the year in UTC, in milliseconds since 1970. */
export function startOfYear(year: number): number {
  return daysSince1970(year, 1, 1) * DAY
}

/** Year of an instant in UTC. */
export function yearOf(ms: number): number {
  return new Date(ms).getUTCFullYear()
}
