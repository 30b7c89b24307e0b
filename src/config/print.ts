import { stringify } from 'yaml'
import * as z from 'zod'
import type { $ZodType } from 'zod/v4/core'
import { configuration, type Configuration } from './schema.ts'
import { memberOf, unwrapped } from './validate.ts'

/**
 * The configuration in effect as YAML, with every default in its place. Secrets do not stand in it, as it knows them by file or variable
 * only; what may have become one against all advice (headers, queries of URLs) is not shown.
 */
export function printConfiguration(config: Configuration): string {
  return stringify(asWritten(configuration, config, ''), { lineWidth: 0 })
}

const NOT_SHOWN = '(not shown)'

/** A value of the settings as one writes it: durations and sizes with their units. */
function asWritten(schema: $ZodType, value: unknown, key: string): unknown {
  if (value === undefined) return undefined
  if (key === 'headers') return Object.fromEntries(Object.keys(value as object).map((name) => [name, NOT_SHOWN]))
  switch (schema instanceof z.ZodType ? schema.meta()?.title : undefined) {
    case 'duration':
      return duration(value as number)
    case 'size':
      return size(value as number)
    case 'octal mode':
      return `0${(value as number).toString(8)}`
    case '`always`, `never` or duration':
      return typeof value === 'object' ? duration((value as { everyMs: number }).everyMs) : value
    case 'URL':
      return (value as string).replace(/\?.*/s, `?${NOT_SHOWN}`)
  }
  if (Array.isArray(value)) {
    const inner = unwrapped(schema)
    return inner instanceof z.ZodArray ? value.map((each) => asWritten(inner.element, each, '')) : value
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => {
    const member = memberOf(schema, name, value)
    return [name, member === undefined ? each : asWritten(member, each, name)]
  }))
}

/** `1500ms`, `15s`, `1h`: in the largest unit that holds it as a whole. */
function duration(ms: number): string {
  return ms === 0 ? '0s' : inUnits(ms, [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]])
}

function size(bytes: number): string {
  return inUnits(bytes, [['TiB', 2 ** 40], ['GiB', 2 ** 30], ['MiB', 2 ** 20], ['GB', 1e9], ['MB', 1e6], ['KiB', 1024], ['kB', 1000], ['B', 1]])
}

function inUnits(value: number, units: readonly (readonly [unit: string, factor: number])[]): string {
  const [unit, factor] = units.find(([, each]) => value % each === 0) ?? ['', 1]
  return `${value / factor}${unit}`
}
