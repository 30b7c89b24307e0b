import { setTimeout as sleep } from 'node:timers/promises'

/** Holds batches back until it is time. */
export interface Pace {
  /** Settles when a batch of so many records, the first of them of that time (ms, or NaN), may go; soon after the signal in any case. */
  wait(records: number, instant: number, stop: AbortSignal): Promise<void>
}

/** How often batches are made at a limited rate: a second's records must not come at once. */
const BEATS = 10

/** Most records of a batch at a rate. */
export function recordsPerBatch(rate: number): number {
  return Math.max(1, Math.ceil(rate / BEATS))
}

/**
 * `rate` is in records a second, `speed` a factor on the time between records; Infinity for no limit. What came too late is
 * not made up for: after a stall the pace is the same again.
 */
export function createPace({ rate, speed }: { rate: number; speed: number }, now: () => number, pause = pauseFor): Pace {
  let due = -Infinity
  let start: { at: number; instant: number } | undefined
  return {
    async wait(records, instant, stop) {
      if (records === 0) return
      let at = now()
      if (rate !== Infinity) {
        const ready = Math.max(due, at)
        due = ready + (records / rate) * 1000
        at = Math.max(at, ready)
      }
      if (speed !== Infinity && !Number.isNaN(instant)) {
        start ??= { at: now(), instant }
        at = Math.max(at, start.at + (instant - start.instant) / speed)
      }
      await pause(at - now(), stop)
    },
  }
}

/** Longest time that one timer can wait. */
const LONGEST_TIMER = 2 ** 31 - 1

async function pauseFor(ms: number, stop: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 && !stop.aborted; left -= LONGEST_TIMER) {
    await sleep(Math.min(left, LONGEST_TIMER), undefined, { signal: stop }).catch(() => undefined)
  }
}
