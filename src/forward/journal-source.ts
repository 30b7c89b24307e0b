import { setTimeout as sleep } from 'node:timers/promises'
import type { Parcel } from '../destinations/destination.ts'
import { appendCount, waitForAppend, type Delivery as Outlet, type JournalRecord, type Position, type Signals } from '../journal/index.ts'
import type { Source } from './forwarder.ts'

export interface JournalSourceOptions {
  readonly outlet: Outlet
  readonly destination: string
  readonly toParcel: (record: JournalRecord) => Parcel
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
  return {
    read({ records, bytes }) {
      seen = appendCount(signals)
      const batch = outlet.read(destination, { maxRecords: records, maxBytes: bytes })
      if ('failed' in batch) {
        report(`${batch.failed}; trying again`)
        return { parcels: [], next: undefined }
      }
      for (const notice of batch.notices) report(notice)
      return { parcels: batch.records.map(options.toParcel), next: batch.next }
    },
    async more(signal) {
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
      if (committed !== 'ok') report(`${committed.failed}; records may be delivered again`)
    },
  }
}
