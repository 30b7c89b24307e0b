import type { ByteString } from '../lib/bytes.ts'

/** One record on its way: what a destination needs of it. */
export interface Parcel {
  /** The encoded record. */
  readonly record: ByteString
  /** event.id, for destinations that can tell a repeat by it. */
  readonly id: string
  /** The line it was made of, for the dead letter. */
  readonly line: ByteString
}

/** A record that will never be taken, by its place in the batch. */
export interface Rejection {
  readonly index: number
  readonly reason: string
  /** Status code of the destination, where it has one. */
  readonly status?: number | undefined
}

/**
 * What became of a batch. Faults of the world are values; a throw means a bug of ours.
 * - `delivered`: the destination has the first `count` records of the batch for good, except the rejected ones among them.
 * - `retry`: try again later (network, 429, 5xx, a full disk).
 * - `hold`: nothing can be taken until a person mends something (401, 403, a missing directory). Everything is kept.
 */
export type Delivery =
  | { readonly kind: 'delivered'; readonly count: number; readonly rejected: readonly Rejection[] }
  | { readonly kind: 'retry'; readonly reason: string; /** Milliseconds, if the destination said so. */ readonly after?: number | undefined }
  | { readonly kind: 'hold'; readonly reason: string }

/** Where records go. */
export interface Destination {
  readonly name: string
  /** Most that one batch may hold. */
  readonly limits: { readonly records: number; readonly bytes: number }
  /** Makes sure that deliveries can work as far as this machine decides it. Rejects with what is wrong. */
  open(): Promise<void>
  /** Delivers a batch; ends soon after the signal. */
  deliver(batch: readonly Parcel[], signal: AbortSignal): Promise<Delivery>
  /** Takes up changes of the world at SIGHUP: a rotated file, a new certificate. */
  reopen?(): void
  /** May be called twice. */
  close(): Promise<void>
}
