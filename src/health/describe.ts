/** How figures are shown to people. */

/** A span of time: `12 s`, `3 min`, `5 h 10 min`, `4 d 3 h`. */
export function describeSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h${rest(minutes % 60, 'min')}`
  return `${Math.floor(hours / 24)} d${rest(hours % 24, 'h')}`
}

function rest(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count} ${unit}`
}

/** A moment before now: `3 min ago`; nothing for none. */
export function describeAgo(at: number | undefined, now: number): string {
  return at === undefined ? '' : `${describeSpan(now - at)} ago`
}

/** `412 B`, `1.5 KiB`, `2.0 GiB`. */
export function describeBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  let value = bytes
  let unit = 0
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `1,234,567`, in every locale. */
export function describeCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** Stamps of syslog often have whole seconds only. */
const IN_STEP_SECONDS = 2
/** Zones differ by multiples of a quarter of an hour; a device whose zone is wrong is off by one, and by little more. */
const ZONE_SECONDS = 900
const NEAR_SECONDS = 30

/** What `clockDifference` says about a clock: `in step`, `behind by 3 min`; with a hint where it looks like a wrong time zone. */
export function describeClock(difference: number | undefined): string {
  if (difference === undefined) return ''
  const seconds = Math.abs(difference)
  if (seconds <= IN_STEP_SECONDS) return 'in step'
  const beside = seconds % ZONE_SECONDS
  const isZone = seconds >= 2 * ZONE_SECONDS - NEAR_SECONDS && seconds < 15 * 3600 && Math.min(beside, ZONE_SECONDS - beside) <= NEAR_SECONDS
  return `${difference > 0 ? 'behind' : 'ahead'} by ${describeSpan(seconds * 1000)}${isZone ? ' (a wrong time zone?)' : ''}`
}

/** Rows with their cells below each other. */
export function describeTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}
