import { setTimeout as sleep } from 'node:timers/promises'
import type { Parcel } from '../destinations/destination.ts'
import { appendCount, waitForAppend, type Delivery as Outlet, type JournalRecord, type Position, type Signals } from '../journal/index.ts'
import type { Source } from './forwarder.ts'

export interface JournalSourceOptions {
  readonly outlet: Outlet
  readonly destination: string
  /** `undefined` for a record that the destination is not to have. */
  readonly toParcel: (record: JournalRecord) => Parcel | undefined
  /** Of the live part of this process; absent for an adopted one, which does not grow. */
  readonly signals: Signals | undefined
  /** How long to wait for company when a record comes, in ms. */
  readonly linger: number
  /** True once nothing will be appended any more. */
  readonly ended: () => boolean
  readonly report: (message: string) => void
}

/** A part of the journal as one destination reads it. */
export function journalSource(options: JournalSourceOptions): Source<Position> {
  const { outlet, destination, signals, report } = options
  let seen = 0
  let lastLook = false
  const reading = reportOnce(report)
  const committing = reportOnce(report)
  let found = false
  return {
    read({ records, bytes }) {
      seen = appendCount(signals)
      const batch = outlet.read(destination, { maxRecords: records, maxBytes: bytes })
      if ('failed' in batch) {
        reading(`${batch.failed}; trying again`)
        found = false
        return { parcels: [], next: undefined }
      }
      reading(undefined)
      for (const notice of batch.notices) report(notice)
      found = batch.records.length > 0
      return { parcels: batch.records.map(options.toParcel).filter((parcel) => parcel !== undefined), next: batch.next }
    },
    async more(signal) {
      // Nothing for this destination among them does not mean that there was nothing.
      if (found) return true
      if (signals === undefined || lastLook) return false
      // What was appended between the last read and the end wants one more look.
      lastLook = options.ended()
      if (lastLook) return true
      await waitForAppend(signals, seen, signal)
      if (!options.ended()) await sleep(options.linger, undefined, { signal }).catch(() => undefined)
      return true
    },
    commit(next) {
      const committed = outlet.commit(destination, next)
      committing(committed === 'ok' ? undefined : `${committed.failed}; records may be delivered again`)
    },
  }
}

/** Reports a trouble when it begins or changes, however often it is met; `undefined`: there is none. */
function reportOnce(report: (message: string) => void): (trouble: string | undefined) => void {
  let last: string | undefined
  return (trouble) => {
    if (trouble !== undefined && trouble !== last) report(trouble)
    last = trouble
  }
}
