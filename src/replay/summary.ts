import type { ForwarderState } from '../forward/gate.ts'
import { describeCount, describeSpan } from '../health/describe.ts'
import { fromBytes } from '../lib/bytes.ts'
import { printable, printableText } from '../lib/printable.ts'
import type { Tally } from './tally.ts'

/** What became of a replay. */
export interface Outcome {
  readonly tally: Tally
  /** Files that were to be read, and those of them that were read to their end. */
  readonly files: number
  readonly finished: number
  readonly ms: number
  /** Files that could not be read to their end, and why; printable. */
  readonly faults: readonly { readonly file: string; readonly reason: string }[]
  /** True if it was stopped before the end. */
  readonly stopped: boolean
  /** Where the records went, for people. */
  readonly output: string
  /** The destinations and how they did; none for a stream. */
  readonly destinations: readonly { readonly name: string; readonly state: ForwarderState }[]
}

/** True if every line of every file went where it should. */
export function isComplete({ tally, faults, stopped, destinations }: Outcome): boolean {
  return faults.length === 0 && !stopped && tally.skipped === 0 && destinations.every(({ state }) => state.rejected === 0)
}

/** Actions of a module that the text names. */
const MOST_ACTIONS = 12

/** The summary for people, in lines of at most `width` columns where words allow it. */
export function summaryText(outcome: Outcome, width: number): string {
  const { tally, files, finished, ms, faults, stopped, output, destinations } = outcome
  const rate = ms > 0 ? ` (${describeCount(Math.round((tally.lines / ms) * 1000))} lines/s)` : ''
  const head = `${describeCount(tally.lines)} lines of ${describeCount(files)} ${files === 1 ? 'file' : 'files'} in ${describeSpan(ms)}${rate}`
  const dropped = sum(tally.dropped.values())
  const others = tally.lines - tally.records - dropped - tally.skipped
  const rows: [string, string][] = [['records', `${describeCount(tally.records)}, ${output}`]]
  if (others > 0) rows.push(['not selected', describeCount(others)])
  if (tally.skipped > 0) rows.push(['skipped', `${describeCount(tally.skipped)}, of which nothing can be made (problems below)`])
  if (dropped > 0) rows.push(['dropped by rules', `${describeCount(dropped)}: ${[...tally.dropped].map(([rule, times]) => `${printable(rule)} ${describeCount(times)}`).join(', ')}`])
  if (tally.first <= tally.last) rows.push(['first time', iso(tally.first)], ['last time', iso(tally.last)])
  for (const [module, actions] of tally.events) {
    const sorted = [...actions].sort((a, b) => b[1] - a[1])
    const named = sorted.slice(0, MOST_ACTIONS).map(([action, times]) => `${action === '' ? '(no action)' : printable(action)} ${describeCount(times)}`)
    if (sorted.length > MOST_ACTIONS) named.push(`${sorted.length - MOST_ACTIONS} more actions`)
    rows.push([`${printable(module)} events`, `${describeCount(sum(actions.values()))}: ${named.join(', ')}`])
  }
  for (const { name, state } of destinations) rows.push([`destination ${printableText(name)}`, describeDestination(state)])
  const names = Math.max(...rows.map(([name]) => name.length))
  const lines = [
    ...wrap(`naslog: replayed ${head}`, 2, width),
    ...rows.flatMap(([name, text]) => wrap(`  ${name.padEnd(names)}  ${text}`, width < 60 ? 4 : names + 4, width)),
  ]
  if (tally.problems.size > 0) {
    lines.push('  problems')
    for (const [problem, { count, example }] of [...tally.problems].sort((a, b) => b[1].count - a[1].count)) {
      lines.push(`    ${problem} ${describeCount(count)}, first in ${example.file}:${example.line}`)
      if (example.text !== '') lines.push(`      ${example.text}`)
    }
  }
  if (faults.length > 0) lines.push('  not read to their end', ...faults.map(({ file, reason }) => `    ${file}: ${reason}`))
  if (stopped) lines.push(`  stopped before the end: ${describeCount(finished)} of ${describeCount(files)} files are done`)
  return `${lines.join('\n')}\n`
}

/** Breaks a line at blanks; what follows is indented. */
function wrap(text: string, indent: number, width: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width)
    if (at <= indent) break
    lines.push(rest.slice(0, at).trimEnd())
    rest = ' '.repeat(indent) + rest.slice(at + 1)
  }
  return [...lines, rest]
}

function describeDestination({ delivered, rejected, retries, reason }: ForwarderState): string {
  const parts = [`${describeCount(delivered)} delivered`]
  if (rejected > 0) parts.push(`${describeCount(rejected)} rejected for good (they are in the dead-letter file)`)
  if (retries > 0) parts.push(`${describeCount(retries)} retries`)
  if (reason !== undefined) parts.push(printableText(reason))
  return parts.join(', ')
}

/** The summary for programs: one line of JSON. Names that come from lines are values, never keys. */
export function summaryJson(outcome: Outcome): string {
  const { tally, files, finished, ms, faults, stopped, destinations } = outcome
  const dropped = sum(tally.dropped.values())
  return `${JSON.stringify({
    complete: isComplete(outcome),
    stopped,
    files,
    finished_files: finished,
    lines: tally.lines,
    records: tally.records,
    not_selected: tally.lines - tally.records - dropped - tally.skipped,
    skipped: tally.skipped,
    dropped: [...tally.dropped].map(([rule, count]) => ({ rule: fromBytes(rule), count })),
    seconds: ms / 1000,
    first: tally.first <= tally.last ? iso(tally.first) : undefined,
    last: tally.first <= tally.last ? iso(tally.last) : undefined,
    events: [...tally.events].flatMap(([module, actions]) =>
      [...actions].map(([action, count]) => ({ module: fromBytes(module), action: action === '' ? undefined : fromBytes(action), count })),
    ),
    problems: [...tally.problems].map(([problem, { count, example }]) => ({ problem, count, example })),
    faults,
    destinations: destinations.map(({ name, state: { delivered, rejected, retries, reason } }) => ({ name, delivered, rejected, retries, reason })),
  })}\n`
}

function sum(counts: Iterable<number>): number {
  let total = 0
  for (const count of counts) total += count
  return total
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
