/** A stretch of time: `start` belongs to it, `end` does not. Milliseconds since 1970. */
export interface Moment {
  readonly start: number
  readonly end: number
}

const FORM =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/

/**
 * Reads a date or time as precise as it is written: `2026` is the whole year, `2026-01-01` the day, `2026-01-01T10:30` the
 * minute. Without a zone it is UTC. Digits behind the milliseconds are passed over. `undefined` if it does not exist.
 */
export function parseMoment(text: string): Moment | undefined {
  const parts = FORM.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => (part === undefined ? undefined : Number(part)))
  const fraction = parts[7]
  const offset = offsetOf(parts[8])
  if (year === undefined || offset === undefined) return undefined
  const wanted = [year, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0]
  const date = new Date(0)
  date.setUTCFullYear(year, (month ?? 1) - 1, day ?? 1)
  date.setUTCHours(hour ?? 0, minute ?? 0, second ?? 0, fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3)))
  const real = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
  if (wanted.some((value, index) => value !== real[index])) return undefined

  const start = date.getTime()
  if (month === undefined) date.setUTCFullYear(year + 1)
  else if (day === undefined) date.setUTCMonth(month)
  const end =
    day === undefined
      ? date.getTime()
      : start + (hour === undefined ? 86_400_000 : minute === undefined ? 3_600_000 : second === undefined ? 60_000 : fraction === undefined ? 1000 : 1)
  return { start: start - offset, end: end - offset }
}

/** Milliseconds east of UTC, or `undefined` for an offset that is none. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(-2))
  const total = Number(zone.slice(1, 3)) * 60 + minutes
  if (minutes > 59 || total > 18 * 60) return undefined
  return (zone.startsWith('-') ? -total : total) * 60_000
}
