import type { Parcel } from '../../src/destinations/destination.ts'
import { reception } from '../support/pipeline.ts'

/** A parcel of a record. */
export function parcelOf(record: string, id = record): Parcel {
  return { record, id, line: `line of ${id}`, reception }
}

/** Parcels of syslog messages `number 0`, `number 1`, ... */
export function numbered(from: number, to: number): Parcel[] {
  return Array.from({ length: to - from }, (_, i) => parcelOf(`<134>1 2026-06-09T10:30:00Z nas naslog - - - number ${from + i}`, String(from + i)))
}

export const never = new AbortController().signal
