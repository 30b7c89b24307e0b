import { statSync } from 'node:fs'
import { describeSpan } from './describe.ts'
import type { ExaminedPart } from './examine.ts'
import type { DestinationHealth, DeviceHealth, LineCounts, ProcessHealth } from './state.ts'

/** Everything that `naslog status` tells. Times are milliseconds since 1970. */
export interface StatusReport {
  readonly healthy: boolean
  /** What is wrong, one line each; empty if healthy. */
  readonly complaints: readonly string[]
  readonly journal: string
  readonly parts: readonly PartReport[]
  /** When the counters began, and when they were written last; absent if there are none. */
  readonly startedAt: number | undefined
  readonly stateAt: number | undefined
  readonly destinations: readonly DestinationHealth[]
  readonly lines: readonly LineCounts[]
  readonly lineBytes: number
  readonly problems: readonly { readonly problem: string; readonly lines: number }[]
  readonly dropped: readonly { readonly rule: string; readonly lines: number }[]
  readonly devices: readonly DeviceHealth[]
  readonly otherDevicesLines: number
  readonly deadLetters: { readonly path: string; readonly bytes: number } | undefined
}

export interface PartReport {
  readonly part: string
  readonly owner: ExaminedPart['owner']
  readonly pid: number | undefined
  /** Lines accepted since the part was made. */
  readonly accepted: number
  readonly bytes: number
  readonly waiting: readonly { readonly destination: string; readonly lines: number; readonly bytes: number; readonly oldestReceivedAt: number | undefined }[]
}

export interface ReportOptions {
  readonly journal: string
  /** How often the processes write their state, in ms. */
  readonly every: number
  /** Path of the dead-letter file. */
  readonly deadLetters: string
  readonly now: number
}

/** A state is stale when it has not been written three times over, and for at least so long, in ms. */
const STALE_AFTER = 60_000
/** A line that waits longer than this is a complaint, whatever the reason; ms. */
const WAITING_TOO_LONG = 15 * 60_000

/** Joins what the processes say and what stands in the journal. Counters are those of the living; of the last ones if none lives. */
export function createReport(parts: readonly ExaminedPart[] | undefined, options: ReportOptions): StatusReport {
  const found = parts ?? []
  const isRunning = found.some(({ owner }) => owner !== 'dead')
  const states = found.filter(({ owner }) => owner !== 'dead' || !isRunning).flatMap((part) => currentState(part) ?? [])
  const complaints = [
    ...(parts === undefined ? ['there is no journal: naslog omprog has not run with this configuration'] : []),
    ...(parts !== undefined && !isRunning ? ['naslog omprog is not running'] : []),
    ...(isRunning ? states : []).flatMap(destinationComplaints),
    ...found.flatMap((part) => [...stateComplaints(part, found, options), ...waitingComplaints(part, options)]),
  ]
  return {
    healthy: complaints.length === 0,
    complaints,
    journal: options.journal,
    parts: found.map(reportPart),
    startedAt: states.length === 0 ? undefined : Math.min(...states.map(({ startedAt }) => startedAt)),
    stateAt: states.length === 0 ? undefined : Math.max(...states.map(({ stateAt }) => stateAt)),
    destinations: joinDestinations(states),
    lines: joinLines(states),
    lineBytes: states.reduce((sum, state) => sum + state.lineBytes, 0),
    problems: joinProblems(states),
    dropped: joinDropped(states),
    devices: joinDevices(found.flatMap(({ state }) => state ?? [])),
    otherDevicesLines: states.reduce((sum, state) => sum + state.otherDevicesLines, 0),
    deadLetters: findDeadLetters(options.deadLetters),
  }
}

/** The state of the part's owner, not that of the process before it. */
function currentState({ state, pid }: ExaminedPart): ProcessHealth | undefined {
  return pid === undefined || state?.pid === pid ? state : undefined
}

function destinationComplaints({ part, destinations }: ProcessHealth): string[] {
  return destinations.flatMap(({ name, condition, reason = 'no reason' }) => {
    if (condition === 'working') return []
    return [`destination ${name} ${condition === 'held' ? 'needs a person' : 'does not take records'}: ${reason} (part ${part})`]
  })
}

/** A process writes its state in its own part, not in those that it has adopted. */
function stateComplaints(part: ExaminedPart, parts: readonly ExaminedPart[], { every, now }: ReportOptions): string[] {
  if (part.owner !== 'alive') return []
  const state = currentState(part)
  if (state === undefined) {
    const isAdopted = parts.some((other) => other.owner === 'alive' && other.pid === part.pid && currentState(other) !== undefined)
    return isAdopted ? [] : [`the process of part ${part.name} has not written its state yet`]
  }
  const age = now - state.stateAt
  if (age <= Math.max(3 * every, STALE_AFTER)) return []
  return [`the process of part ${part.name} has not written its state for ${describeSpan(age)}`]
}

function waitingComplaints({ name, destinations }: ExaminedPart, { now }: ReportOptions): string[] {
  return destinations.flatMap(({ destination, oldestReceivedAt }) => {
    if (oldestReceivedAt === undefined || now - oldestReceivedAt <= WAITING_TOO_LONG) return []
    return [`lines of part ${name} have been waiting for destination ${destination} for ${describeSpan(now - oldestReceivedAt)}`]
  })
}

/** What stands in a part. */
export function reportPart({ name, owner, pid, next, bytes, destinations }: ExaminedPart): PartReport {
  const waiting = destinations.map(({ destination, waiting: lines, waitingBytes, oldestReceivedAt }) => ({
    destination, lines, bytes: waitingBytes, oldestReceivedAt,
  }))
  return { part: name, owner, pid, accepted: next, bytes, waiting }
}

const SEVERITY = { working: 0, retrying: 1, held: 2 } as const

/** A destination of several processes is in the worst condition of them. */
function joinDestinations(states: readonly ProcessHealth[]): DestinationHealth[] {
  return join(states.flatMap(({ destinations }) => destinations), ({ name }) => name, (a, b) => ({
    ...(SEVERITY[b.condition] > SEVERITY[a.condition] ? b : a),
    delivered: a.delivered + b.delivered,
    rejected: a.rejected + b.rejected,
    retries: a.retries + b.retries,
  }))
}

function joinLines(states: readonly ProcessHealth[]): LineCounts[] {
  return join(states.flatMap(({ lines }) => lines), ({ parser }) => parser, (a, b) => ({
    parser: a.parser,
    understood: a.understood + b.understood,
    flagged: a.flagged + b.flagged,
    broken: a.broken + b.broken,
  }))
}

function joinProblems(states: readonly ProcessHealth[]): { problem: string; lines: number }[] {
  const joined = join(states.flatMap(({ problems }) => problems), ({ problem }) => problem, (a, b) => ({ ...a, lines: a.lines + b.lines }))
  return joined.sort((a, b) => b.lines - a.lines)
}

function joinDropped(states: readonly ProcessHealth[]): { rule: string; lines: number }[] {
  return join(states.flatMap(({ dropped = [] }) => dropped), ({ rule }) => rule, (a, b) => ({ ...a, lines: a.lines + b.lines }))
}

/** The clock and the gap of a device are those of the process that heard it last. */
function joinDevices(states: readonly ProcessHealth[]): DeviceHealth[] {
  const joined = join(states.flatMap(({ devices }) => devices), ({ name }) => name, (a, b) => ({
    ...(b.lastLineAt > a.lastLineAt ? b : a),
    stops: a.stops + b.stops,
    starts: a.starts + b.starts,
    lastStopAt: later(a.lastStopAt, b.lastStopAt),
    lastStartAt: later(a.lastStartAt, b.lastStartAt),
  }))
  return joined.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

/** One item for each key, in the order of their first. */
function join<T>(items: readonly T[], keyOf: (item: T) => string, merge: (a: T, b: T) => T): T[] {
  const joined = new Map<string, T>()
  for (const item of items) {
    const present = joined.get(keyOf(item))
    joined.set(keyOf(item), present === undefined ? item : merge(present, item))
  }
  return [...joined.values()]
}

function findDeadLetters(path: string): StatusReport['deadLetters'] {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return bytes === 0 ? undefined : { path, bytes }
}
