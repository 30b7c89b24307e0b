import type { Envelope } from '../envelope/envelope.ts'
import type { Event } from '../event.ts'

/** A vendor's reader of message bodies. Pure and total: no clock, no zone, no I/O, never throws, linear in the length. */
export interface Parser {
  readonly name: string
  /** Real lines that this parser must claim and no parser before it in the table may. Ordinary text (UTF-16). */
  readonly samples: readonly string[]
  /** Zone of the device's stamps where nothing is configured; `undefined` means the collector's own zone. */
  readonly defaultZone: string | undefined
  /**
   * Reads the message of the envelope into the event and returns true; or returns false and leaves the event untouched
   * if the line is not this vendor's. A line that is the vendor's but broken is claimed, and `event.fail` says why.
   * `event.isPlain` is set where the parser has seen that every text it set is plain, but for fields declared `raw`. Header fields, the time, file.name/directory/extension, related.* and event.id are set elsewhere.
   */
  parse(envelope: Envelope, event: Event): boolean
}
