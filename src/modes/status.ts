import { exitCodes } from '../exit-codes.ts'
import { describeAgo, describeBytes, describeClock, describeCount, describeTable } from '../health/describe.ts'
import { reportJson } from '../health/json.ts'
import { createReport, type StatusReport } from '../health/report.ts'
import type { Io } from '../io.ts'
import { printableText } from '../lib/printable.ts'
import { problems as problemTexts, type Problem } from '../problem.ts'
import { describeParts, examineOrComplain } from './journal.ts'

export interface StatusOptions {
  readonly journal: { readonly directory: string }
  /** How often the processes write their state, in ms. */
  readonly health: { readonly every: number }
  /** Path of the dead-letter file. */
  readonly deadLetters: string
  /** For programs instead of people. */
  readonly json: boolean
}

/**
 * Shows how naslog does, from what stands on the disk, whether it runs or not. Returns the exit code: `failed` if there is
 * anything to complain of. Throws the system's errors.
 */
export async function status(options: StatusOptions, io: Pick<Io, 'stdout' | 'stderr' | 'now'>): Promise<number> {
  const now = io.now()
  const { directory } = options.journal
  const parts = examineOrComplain(directory, io)
  if (parts === 'unreadable') return exitCodes.failed.code
  const report = createReport(parts, {
    journal: directory, every: options.health.every, deadLetters: options.deadLetters, now,
  })
  io.stdout.write(`${options.json ? reportJson(report) : describe(report, now).join('\n')}\n`)
  return report.healthy ? exitCodes.ok.code : exitCodes.failed.code
}

function describe(report: StatusReport, now: number): string[] {
  const page = [
    report.healthy ? 'all is well' : 'something is wrong',
    ...report.complaints.map((complaint) => `  wrong: ${printableText(complaint)}`),
    '',
    ...describeParts(report.journal, report.parts, now),
  ]
  if (report.stateAt === undefined) return [...page, '', 'counters: none written yet']
  return [
    ...page,
    ...section('destinations', describeDestinations(report)),
    ...section(`lines since ${isoSeconds(report.startedAt ?? report.stateAt)}, counted until ${describeAgo(report.stateAt, now)}`, describeLines(report)),
    ...section('problems', describeProblems(report)),
    ...(report.dropped.length > 0 ? section('dropped by rules', describeDropped(report)) : []),
    ...section('devices', describeDevices(report, now)),
  ]
}

function section(title: string, rows: readonly string[]): string[] {
  return ['', rows.length === 0 ? `${title}: none` : title, ...rows]
}

function describeDestinations({ destinations, deadLetters }: StatusReport): string[] {
  const heads = ['destination', 'condition', 'delivered', 'rejected', 'retries', 'reason']
  const rows = destinations.map(({ name, condition, delivered, rejected, retries, reason = '' }) => [
    printableText(name), condition, describeCount(delivered), describeCount(rejected), describeCount(retries), printableText(reason),
  ])
  const letters = deadLetters === undefined ? [] : [`  dead letters: ${describeBytes(deadLetters.bytes)} in ${printableText(deadLetters.path)}`]
  return [...tableOf(heads, rows), ...letters]
}

function describeLines({ lines }: StatusReport): string[] {
  const rows = lines.map(({ parser, understood, flagged, broken }) => [
    printableText(parser), describeCount(understood), describeCount(flagged), describeCount(broken),
    parser === 'plain' ? 'claimed by no parser' : '',
  ])
  return tableOf(['parser', 'understood', 'flagged', 'broken', ''], rows)
}

function describeProblems({ problems }: StatusReport): string[] {
  const rows = problems.map(({ problem, lines }) => [
    printableText(problem), describeCount(lines), Object.hasOwn(problemTexts, problem) ? problemTexts[problem as Problem] : '',
  ])
  return tableOf(['problem', 'lines', ''], rows)
}

function describeDropped({ dropped }: StatusReport): string[] {
  return tableOf(['rule', 'lines'], dropped.map(({ rule, lines }) => [printableText(rule), describeCount(lines)]))
}

function describeDevices({ devices, otherDevicesLines }: StatusReport, now: number): string[] {
  const rows = devices.map(({ name, lastLineAt, clockDifference, stops, starts, lastStopAt, lastStartAt, gap, unknown }) => [
    printableText(name),
    describeAgo(lastLineAt, now),
    describeClock(clockDifference),
    describeStream(stops, 'stopped', lastStopAt, now),
    describeStream(starts, 'started', lastStartAt, now),
    [gap ? 'IN A GAP' : '', unknown === true ? 'not in the inventory' : ''].filter(Boolean).join(', '),
  ])
  const others = otherDevicesLines === 0 ? [] : [`  ${describeCount(otherDevicesLines)} lines of others: no usable name, or too many devices`]
  return [...tableOf(['device', 'last line', 'clock', 'audit stream', '', ''], rows), ...others]
}

function describeStream(count: number, what: string, lastAt: number | undefined, now: number): string {
  return count === 0 ? '' : `${what} ${describeCount(count)}×, last ${describeAgo(lastAt, now)}`
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : describeTable([heads, ...rows])
}

function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
