import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Delivery, Destination, Parcel, Rejection } from '../destinations/destination.ts'
import { createBackoff } from './backoff.ts'
import type { DeadLetters } from './dead-letter.ts'

/** Where the lines come from: a part of the journal, or a file that is replayed. */
export interface Source<Position> {
  /** The next records and the position behind them; none if there are none now, no position if the source could not be read. */
  read(limits: { records: number; bytes: number }): { readonly parcels: readonly Parcel[]; readonly next: Position | undefined }
  /** Settles when there may be more; `false` when there will be no more. */
  more(signal: AbortSignal): Promise<boolean>
  /** Remembers that everything before the position is settled. */
  commit(next: Position): void
}

/** How a destination is doing; the counters only grow. */
export interface ForwarderState {
  condition: 'working' | 'retrying' | 'held'
  reason: string | undefined
  delivered: number
  rejected: number
  retries: number
}

export interface ForwarderOptions {
  readonly destination: Destination
  readonly deadLetters: DeadLetters
  readonly state: ForwarderState
  /** One line per change of condition. */
  readonly report: (message: string) => void
  readonly random?: () => number
}

/** Pause between two looks at a destination that waits for a person, in ms. */
const PROBE_EVERY = 15_000

/**
 * Carries a source to a destination, batch by batch, in order: a batch is repeated until the destination has it, and only then
 * is the position committed. Ends when the source does, or soon after the signal.
 */
export async function forward<Position>(source: Source<Position>, options: ForwarderOptions, signal: AbortSignal): Promise<void> {
  const { destination } = options
  while (!signal.aborted) {
    const { parcels, next } = source.read(destination.limits)
    if (parcels.length === 0) {
      if (next !== undefined) source.commit(next)
      if (!(await source.more(signal))) return
    } else if ((await settle(parcels, options, signal)) && next !== undefined) source.commit(next)
    // A destination that answers at once would keep signals and timers waiting for as long as there is something to deliver.
    await nextTurn()
  }
}

/** Tries until every parcel is delivered or rejected for good; false if the signal came first. */
async function settle(parcels: readonly Parcel[], options: ForwarderOptions, signal: AbortSignal): Promise<boolean> {
  const { destination, state } = options
  const backoff = createBackoff({ base: 500, cap: 60_000, random: options.random ?? Math.random })
  let rest = parcels
  while (rest.length > 0) {
    const delivery = await destination.deliver(rest, signal)
    if (delivery.kind === 'delivered') {
      if (delivery.rejected.length > 0 && !(await bury(rest, delivery.rejected, options, signal))) return false
      state.delivered += delivery.count - delivery.rejected.length
      state.rejected += delivery.rejected.length
      rest = rest.slice(delivery.count)
      backoff.reset()
      change(options, 'working', undefined)
      continue
    }
    if (signal.aborted) return false
    state.retries++
    change(options, delivery.kind === 'hold' ? 'held' : 'retrying', delivery.reason)
    await pause(pauseOf(delivery, backoff), signal)
    if (signal.aborted) return false
  }
  return true
}

/** Writes dead letters, however long their disk is full; false if the signal came first. */
async function bury(parcels: readonly Parcel[], rejections: readonly Rejection[], options: ForwarderOptions, signal: AbortSignal): Promise<boolean> {
  const backoff = createBackoff({ base: 500, cap: 60_000, random: options.random ?? Math.random })
  for (;;) {
    try {
      options.deadLetters.add(options.destination.name, parcels, rejections)
      return true
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error
      options.state.retries++
      change(options, 'retrying', `dead letters: ${error.message}`)
    }
    await pause(backoff.next(), signal)
    if (signal.aborted) return false
  }
}

function pauseOf(delivery: Exclude<Delivery, { kind: 'delivered' }>, backoff: { next(): number }): number {
  return delivery.kind === 'hold' ? PROBE_EVERY : (delivery.after ?? backoff.next())
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}

function change({ state, destination, report }: ForwarderOptions, condition: ForwarderState['condition'], reason: string | undefined): void {
  if (state.condition !== condition) {
    const consequence = {
      working: 'delivering again',
      retrying: `${reason}; trying again, the journal keeps the lines`,
      held: `${reason}; this needs a person, the journal keeps the lines`,
    }[condition]
    report(`destination ${destination.name}: ${consequence}`)
  }
  state.condition = condition
  state.reason = reason
}
