import type { OptionName } from '../cli/declarations.ts'
import type { GivenOptions } from '../config.ts'
import { OptionError, type Complaint } from '../config/error.ts'
import { parseDuration } from '../config/quantity.ts'
import { suggestion } from '../lib/nearest.ts'
import { printableText } from '../lib/printable.ts'
import type { Zone } from '../lib/zone.ts'
import { compileFilter } from '../rules/filter.ts'
import { FilterError } from '../rules/filter-error.ts'
import { parseMoment } from '../rules/moment.ts'

/** What the options of `naslog replay` say. */
export interface ReplayOptions {
  /** First and last time of the records, in ms since 1970; the last does not belong to them. */
  readonly since: number | undefined
  readonly until: number | undefined
  /** Glob for the name or address of the device. */
  readonly host: string | undefined
  /** Text of a filter, checked. */
  readonly where: string | undefined
  /** Year of the last line. */
  readonly year: number | undefined
  /** Name of a destination; by default standard output, or the destination that a dead letter names. */
  readonly to: string | undefined
  /** The files are dead-letter files of naslog. */
  readonly deadLetter: boolean
  readonly dryRun: boolean
  /** Records a second; Infinity for as fast as possible. */
  readonly rate: number
  /** How much faster than the lines were written; Infinity for as fast as possible. */
  readonly speed: number
  readonly loop: boolean
  readonly checkpoint: string | undefined
  readonly quiet: boolean
  /** How the summary is written; `undefined` for not at all. */
  readonly summary: 'text' | 'json' | undefined
  readonly jobs: number
}

const MAX_JOBS = 64

/**
 * Reads the options. `zone` is that of times without one. Throws an OptionError that lists everything that is wrong.
 */
export function readReplayOptions(given: GivenOptions, now: number, zone: Zone): ReplayOptions {
  const complaints: Complaint[] = []
  const text = (name: OptionName): string | undefined => {
    const value = given[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const flag = (name: OptionName): boolean => given[name] === true
  const complain = (name: OptionName, text: string): undefined => {
    complaints.push({ where: `--${name}`, text })
  }
  const read = <T>(name: OptionName, expected: string, parse: (value: string) => T | undefined): T | undefined => {
    const value = text(name)
    if (value === undefined) return undefined
    return parse(value) ?? complain(name, `expected ${expected}, found "${printableText(value)}"`)
  }
  const excludes = (name: OptionName, other: OptionName, reason: string): void => {
    complain(name, `does not go with --${other}: ${reason}`)
  }

  const aTime = 'a time such as 2026-06-09T10:30, a date, or how long ago: 2h, 7d'
  const where = text('where')
  if (where !== undefined) {
    try {
      compileFilter(where)
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      complain('where', `column ${error.column}: ${error.message}`)
    }
  }
  const summary = read('summary', 'text or json', (value) => (value === 'text' || value === 'json' ? value : undefined))
  const options: ReplayOptions = {
    since: read('since', aTime, (value) => parseTime(value, now, zone)),
    until: read('until', aTime, (value) => parseTime(value, now, zone)),
    host: text('host'),
    where,
    year: read('year', 'a year such as 2025', (value) => (/^\d{4}$/.test(value) && Number(value) >= 1970 ? Number(value) : undefined)),
    to: text('to'),
    deadLetter: flag('dead-letter'),
    dryRun: flag('dry-run'),
    rate: read('rate', 'a number of records a second such as 500/s', parseRate) ?? Infinity,
    speed: read('speed', 'a factor such as 10x', parseSpeed) ?? Infinity,
    loop: flag('loop'),
    checkpoint: text('checkpoint'),
    quiet: flag('quiet'),
    summary: summary ?? (flag('quiet') ? undefined : 'text'),
    jobs: read('jobs', `a number from 1 to ${MAX_JOBS}`, parseJobs) ?? 1,
  }
  if (options.since !== undefined && options.until !== undefined && options.since >= options.until) {
    complain('until', 'is not later than --since: no record can be between them')
  }
  if (options.loop && options.checkpoint !== undefined) excludes('loop', 'checkpoint', 'a loop never arrives')
  if (options.speed !== Infinity && options.jobs > 1) excludes('jobs', 'speed', 'the spacing is that of one file after the other')
  if (options.deadLetter && options.speed !== Infinity) excludes('dead-letter', 'speed', 'what was refused has no spacing')
  if (options.deadLetter && options.year !== undefined) excludes('dead-letter', 'year', 'a dead letter knows the year of its line')
  if (options.dryRun && options.to !== undefined) excludes('dry-run', 'to', 'nothing is delivered')
  if (complaints.length > 0) throw new OptionError(complaints)
  return options
}

/** Says that no destination has the name. */
export function unknownDestination(name: string, known: readonly string[]): OptionError {
  const hint = known.length === 0 ? 'the configuration has none' : `it has ${known.map(printableText).join(', ')}`
  return new OptionError([{ where: '--to', text: `expected the name of a destination of the configuration (${hint}), found "${printableText(name)}"${suggestion(name, known)}` }])
}

/** `2026-06-09`, `2026-06-09T10:30+02:00`, `2h`, `7d`, `now`. Without an offset it is in the zone. */
function parseTime(text: string, now: number, zone: Zone): number | undefined {
  if (text === 'now') return now
  const ago = parseDuration(text)
  if (ago !== undefined) return now - ago
  const moment = parseMoment(text)
  if (moment === undefined) return undefined
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text.slice(10))
  return zoned ? moment.start : moment.start - zone.offsetOfLocal(moment.start) * 60_000
}

/** `500/s`, `500`, `30000/m`: per second. */
function parseRate(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(?:\/([sm]))?$/.exec(text) ?? []
  const rate = Number(digits) / (unit === 'm' ? 60 : 1)
  return rate > 0 ? rate : undefined
}

function parseSpeed(text: string): number | undefined {
  const speed = Number(/^(\d{1,9}(?:\.\d{1,3})?)x?$/.exec(text)?.[1])
  return speed > 0 ? speed : undefined
}

function parseJobs(text: string): number | undefined {
  const jobs = /^\d{1,2}$/.test(text) ? Number(text) : 0
  return jobs >= 1 && jobs <= MAX_JOBS ? jobs : undefined
}
