import type { Parcel } from '../destinations/destination.ts'
import type { Encoder } from '../encode/record.ts'
import type { Enricher } from '../enrich/enricher.ts'
import type { Event } from '../event.ts'
import type { Pipeline } from '../pipeline.ts'
import type { Position } from './position.ts'
import type { Tally } from './tally.ts'

/** One file that shall be replayed, from a position on. It goes between threads. */
export interface FileTask {
  /** Place in the list of all files. */
  readonly index: number
  /** `undefined` for standard input. */
  readonly path: string | undefined
  /** What it is called for people. */
  readonly name: string
  readonly device: number
  readonly inode: number
  /** See YearPlan; without reference the time of reading. */
  readonly reference: number | undefined
  readonly firstYear: number | undefined
  readonly start: Position
}

/** How events become the records of one destination, or of a stream. */
export interface Recipient {
  /** Which records are wanted; all by default. `instant` is the record's time. */
  readonly selects: ((event: Event, instant: number) => boolean) | undefined
  /** Hides values from this recipient alone. */
  readonly privacy: Enricher | undefined
  /** An encoder for one file: it may remember what it wrote last. */
  encoder(): Encoder
}

export interface NamedRecipient extends Recipient {
  /** Of the destination. */
  readonly name: string
}

/** How lines become records. */
export interface Production extends Recipient {
  /** A pipeline for one file: event.id counts equal lines within the file, so that it is the same alone and in a series. */
  pipeline(): Pipeline
  /** Of dead letters: the recipient for the destination that a letter names. Absent for lines. */
  readonly recipientOf: ((destination: string) => NamedRecipient | undefined) | undefined
  /** What batches hold: bytes for a stream, parcels for a destination, or nothing. */
  readonly shape: 'bytes' | 'parcels' | 'nothing'
  /** Most that a batch holds; of records of `bytes` it may go over by one record. */
  readonly limits: { readonly records: number; readonly bytes: number }
  /** Most time between two records of a batch, by their own times, in ms. */
  readonly longest: number
  /** False if nobody reads event.id. */
  readonly identified: boolean
  now(): number
}

/** Some records of a file, in order, and what is known after them. It goes between threads. */
export interface Batch {
  /** Index of the task. */
  readonly file: number
  /** Only valid until the next batch is asked for. */
  readonly bytes: Uint8Array | undefined
  readonly parcels: readonly Parcel[]
  /** Of dead letters: the parcels by the destination that they go to. */
  readonly addressed?: ReadonlyMap<string, readonly Parcel[]>
  readonly tally: Tally
  /** Behind the last line of the batch. */
  readonly position: Position
  /** Bytes of the file itself that were read for this batch. */
  readonly read: number
  /** Time of the first record, NaN if there is none. */
  readonly instant: number
  /** True for the last batch of the file. */
  readonly end: boolean
  /** Why the file could not be read to its end. */
  readonly fault: string | undefined
}
