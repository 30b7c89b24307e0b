/**
 * A report as JSON for programs: keys in snake case, and moments (keys that end in `At`, milliseconds inside) as ISO 8601. What is
 * absent is left out. What a terminal might obey is escaped, in case it comes to one.
 */
export function reportJson(report: object): string {
  return JSON.stringify(forPrograms(report, ''), undefined, 2).replace(UNPRINTABLE, escapeUnit)
}

/** What JSON leaves as it is: DEL, C1, bidirectional controls, line and paragraph separators. They occur within strings only. */
const UNPRINTABLE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function forPrograms(value: unknown, key: string): unknown {
  if (typeof value === 'number' && key.endsWith('At')) return new Date(value).toISOString()
  if (Array.isArray(value)) return value.map((item) => forPrograms(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [snakeCase(name), forPrograms(each, name)]))
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
