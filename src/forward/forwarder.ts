import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Destination, Parcel, Rejection } from '../destinations/destination.ts'
import { createBackoff } from './backoff.ts'
import type { DeadLetters } from './dead-letter.ts'
import { createGate, type ForwarderState, type Gate } from './gate.ts'

export type { ForwarderState } from './gate.ts'

/** Where the lines come from: a part of the journal, or a file that is replayed. */
export interface Source<Position> {
  /** The next records and the position behind them; none if there are none now, no position if the source could not be read. */
  read(limits: { records: number; bytes: number }): { readonly parcels: readonly Parcel[]; readonly next: Position | undefined }
  /** Settles when there may be more; `false` when there will be no more. */
  more(signal: AbortSignal): Promise<boolean>
  /** Remembers that everything before the position is settled. */
  commit(next: Position): void
}

export interface ForwarderOptions {
  readonly destination: Destination
  readonly deadLetters: DeadLetters
  readonly state: ForwarderState
  /** One line per change of condition. */
  readonly report: (message: string) => void
  /** What all that goes to the destination passes, and how many batches may be under way; by default one at a time. */
  readonly gate?: Gate | undefined
  readonly random?: () => number
}

/** A batch under way, in the order of reading. */
interface Flight<Position> {
  readonly next: Position | undefined
  /** True once everything in it is settled. */
  landed: boolean
  /** Settles when it has landed, or soon after the signal. */
  readonly end: Promise<void>
}

/**
 * Carries a source to a destination, batch by batch: a batch is repeated until the destination has it, and a position is committed only when
 * everything before it is settled. In order, unless the gate has room for more than one. Ends when the source does, or soon after the signal.
 */
export async function forward<Position>(source: Source<Position>, options: ForwarderOptions, signal: AbortSignal): Promise<void> {
  const { destination, state, report, random } = options
  const gate = options.gate ?? createGate({ name: destination.name, slots: 1, state, report, random })
  const flights: Flight<Position>[] = []

  const land = (): void => {
    while (flights[0]?.landed === true) {
      const { next } = flights.shift() as Flight<Position>
      if (next !== undefined) source.commit(next)
    }
  }
  const start = (parcels: readonly Parcel[], next: Position | undefined): void => {
    const end = settle(parcels, gate, options, signal).then((settled) => {
      flight.landed = settled
      land()
    })
    const flight: Flight<Position> = { next, landed: false, end }
    flights.push(flight)
  }

  while (!signal.aborted) {
    if (flights.length >= gate.slots) await flights[0]?.end
    else {
      const { parcels, next } = source.read(destination.limits)
      if (parcels.length > 0 || (next !== undefined && flights.length > 0)) start(parcels, next)
      else if (next !== undefined) source.commit(next)
      if (parcels.length === 0 && !(await source.more(signal))) break
    }
    // A destination that answers at once would keep signals and timers waiting for as long as there is something to deliver.
    await nextTurn()
  }
  await Promise.all(flights.map(({ end }) => end))
}

/** Tries until every parcel is delivered or rejected for good; false if the signal came first. */
async function settle(parcels: readonly Parcel[], gate: Gate, options: ForwarderOptions, signal: AbortSignal): Promise<boolean> {
  const { destination, state } = options
  let rest = parcels
  while (rest.length > 0) {
    const ticket = await gate.enter(signal)
    if (ticket === undefined) return false
    const delivery = await destination.deliver(rest, signal)
    if (delivery.kind !== 'delivered') {
      if (signal.aborted) gate.leave(ticket)
      else gate.fail(ticket, delivery, false)
      continue
    }
    const { count, rejected, again, doubtful } = delivery
    const left = new Set(again?.indexes)
    const letters = doubtful === undefined ? rejected : withDoubtful(rejected, count, left, doubtful.reason)
    if (letters.length > 0 && !(await bury(rest, letters, gate, options, signal))) {
      gate.leave(ticket)
      return false
    }
    const refused = rejected.length + (doubtful?.count ?? 0)
    state.delivered += count - left.size - refused
    state.rejected += refused
    rest = rest.filter((_, index) => index >= count || left.has(index))
    if (again === undefined) gate.succeed(ticket)
    else gate.fail(ticket, again.fault, count > left.size)
  }
  return true
}

/** The rejected records, and all those that may be: nobody knows which of them were taken. */
function withDoubtful(rejected: readonly Rejection[], count: number, left: ReadonlySet<number>, reason: string): Rejection[] {
  const known = new Map(rejected.map((rejection) => [rejection.index, rejection]))
  const all = Array.from({ length: count }, (_, index) => known.get(index) ?? { index, reason })
  return all.filter(({ index }) => !left.has(index))
}

/** Writes dead letters, however long their disk is full; false if the signal came first. */
async function bury(parcels: readonly Parcel[], rejections: readonly Rejection[], gate: Gate, options: ForwarderOptions, signal: AbortSignal): Promise<boolean> {
  const backoff = createBackoff({ base: 500, cap: 60_000, random: options.random ?? Math.random })
  for (;;) {
    try {
      options.deadLetters.add(options.destination.name, parcels, rejections)
      return true
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error
      gate.hinder(`dead letters: ${error.message}`)
    }
    await sleep(backoff.next(), undefined, { signal }).catch(() => {})
    if (signal.aborted) return false
  }
}
