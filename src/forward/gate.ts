import type { Fault } from '../destinations/destination.ts'
import { createBackoff } from './backoff.ts'

/** How a destination is doing; the counters only grow. */
export interface ForwarderState {
  condition: 'working' | 'retrying' | 'held'
  reason: string | undefined
  delivered: number
  rejected: number
  retries: number
}

export interface GateOptions {
  /** Name of the destination. */
  readonly name: string
  /** What becomes of the records meanwhile, for the report: the end of a sentence. */
  readonly meanwhile?: string | undefined
  /** How many deliveries may be under way at once. */
  readonly slots: number
  readonly state: ForwarderState
  /** One line per change of condition. */
  readonly report: (message: string) => void
  readonly random?: (() => number) | undefined
}

/**
 * Decides when a delivery to a destination may be tried, over all the parts of the journal that have something for it: at most so many at once,
 * after a fault none before the pause is over, and after `BREAK_AFTER` faults in a row, or while a person is needed, one alone to see how it is
 * (a circuit breaker).
 */
export interface Gate {
  readonly slots: number
  /** Settles when a delivery may be tried; `undefined` if the signal came first. Each ticket is given back by one of the others. */
  enter(signal: AbortSignal): Promise<Ticket | undefined>
  succeed(ticket: Ticket): void
  /** `progress` says that some of the records were taken all the same. */
  fail(ticket: Ticket, fault: Fault, progress: boolean): void
  /** The delivery was given up, whatever it would have come to. */
  leave(ticket: Ticket): void
  /** Something stands in the way that the destination knows nothing of. */
  hinder(reason: string): void
  /** Ends a pause: somebody may have mended what was wrong. */
  knock(): void
}

/** Which faults were known when the try began: of several at once that fail together only the first counts. */
export interface Ticket {
  readonly epoch: number
}

/** Longest first pause, and longest of all, in ms. */
const BASE = 500
const CAP = 60_000
/** Pause between two looks at a destination that waits for a person, in ms. */
const PROBE_EVERY = 15_000
const BREAK_AFTER = 5

export function createGate(options: GateOptions): Gate {
  const { slots, state, meanwhile = 'the journal keeps the lines' } = options
  const backoff = createBackoff({ base: BASE, cap: CAP, random: options.random ?? Math.random })
  const waiting = new Set<() => void>()
  let busy = 0
  let failures = 0
  let epoch = 0
  let opensAt = 0

  const isOpen = (now: number): boolean => now >= opensAt && busy < (failures >= BREAK_AFTER || state.condition === 'held' ? 1 : slots)
  const wake = (): void => {
    for (const go of waiting) go()
  }
  const shut = (ms: number): void => {
    opensAt = Math.max(opensAt, performance.now() + ms)
  }
  const change = (condition: ForwarderState['condition'], reason: string | undefined): void => {
    if (state.condition !== condition) {
      const consequence = {
        working: 'delivering again',
        retrying: `${reason}; trying again, ${meanwhile}`,
        held: `${reason}; this needs a person, ${meanwhile}`,
      }[condition]
      options.report(`destination ${options.name}: ${consequence}`)
    }
    state.condition = condition
    state.reason = reason
  }

  return {
    slots,
    async enter(signal) {
      for (;;) {
        if (signal.aborted) return undefined
        const now = performance.now()
        if (isOpen(now)) {
          busy++
          return { epoch }
        }
        await new Promise<void>((resolve) => {
          const timer = opensAt > now ? setTimeout(() => go(), Math.ceil(opensAt - now)) : undefined
          const go = (): void => {
            clearTimeout(timer)
            waiting.delete(go)
            signal.removeEventListener('abort', go)
            resolve()
          }
          waiting.add(go)
          signal.addEventListener('abort', go)
        })
      }
    },
    succeed(ticket) {
      busy--
      if (ticket.epoch === epoch) {
        failures = 0
        backoff.reset()
        change('working', undefined)
      }
      wake()
    },
    fail(ticket, fault, progress) {
      busy--
      state.retries++
      const after = fault.kind === 'hold' ? PROBE_EVERY : fault.after
      if (ticket.epoch === epoch) {
        epoch++
        if (progress) {
          failures = 0
          backoff.reset()
        }
        failures++
        change(fault.kind === 'hold' ? 'held' : 'retrying', fault.reason)
        shut(after ?? backoff.next())
      } else if (after !== undefined) shut(after)
      wake()
    },
    leave() {
      busy--
      wake()
    },
    hinder(reason) {
      state.retries++
      change('retrying', reason)
    },
    knock() {
      opensAt = 0
      wake()
    },
  }
}
