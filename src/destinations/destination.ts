import type { ByteString } from '../lib/bytes.ts'
import type { Reception } from '../pipeline.ts'

/** One record on its way: what a destination needs of it. */
export interface Parcel {
  /** The encoded record, in the encoding that the destination wants (index.ts). */
  readonly record: ByteString
  /** event.id before the destination's own privacy: the same for every destination. */
  readonly id: string
  /** The line that it was made of, and what was known of it besides its text: with both, the dead letter makes the same event again. */
  readonly line: ByteString
  readonly reception: Reception
}

/** A record that will never be taken, by its place in the batch. */
export interface Rejection {
  readonly index: number
  readonly reason: string
  /** Status code of the destination, where it has one. */
  readonly status?: number | undefined
}

/**
 * Why nothing, or not everything, was taken now.
 * - `retry`: try again later (network, 429, 5xx, a full disk).
 * - `hold`: nothing can be taken until a person mends something (401, 403, a missing directory). Everything is kept.
 */
export type Fault =
  | { readonly kind: 'retry'; readonly reason: string; /** Milliseconds, if the destination said so. */ readonly after?: number | undefined }
  | { readonly kind: 'hold'; readonly reason: string }

/**
 * What became of a batch. Faults of the world are values; a throw means a bug of ours.
 * `delivered`: the first `count` records of the batch are settled: the destination has them for good, except the `rejected` ones, and
 * those that it shall be given `again`.
 */
export type Delivery =
  | {
      readonly kind: 'delivered'
      readonly count: number
      readonly rejected: readonly Rejection[]
      /** Records among the first `count` that were not taken this time, by their places in rising order, and why. */
      readonly again?: { readonly indexes: readonly number[]; readonly fault: Fault } | undefined
      /** So many of the first `count` were refused for good, and the destination does not say which. */
      readonly doubtful?: { readonly count: number; readonly reason: string } | undefined
    }
  | Fault

/** Where records go. */
export interface Destination {
  readonly name: string
  /** Most that one batch may hold; `bytes` are those of the lines: a destination that has a limit for its requests cuts them itself (split.ts). */
  readonly limits: { readonly records: number; readonly bytes: number }
  /** How many batches it may be given at once: with more than one, records do not arrive in order. 1 by default. */
  readonly inFlight?: number
  /** Makes sure that deliveries can work as far as this machine decides it. Rejects with what is wrong. */
  open(): Promise<void>
  /** Delivers a batch; ends soon after the signal. */
  deliver(batch: readonly Parcel[], signal: AbortSignal): Promise<Delivery>
  /** Takes up changes of the world at SIGHUP: a rotated file, a new certificate. */
  reopen?(): void
  /** May be called twice. */
  close(): Promise<void>
}
