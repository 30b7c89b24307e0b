import type { Readable, Writable } from 'node:stream'
import { createEncoder, type RecordFormat } from '../encode/record.ts'
import type { Field } from '../fields/declare.ts'
import type { ByteString } from '../lib/bytes.ts'
import { readLines } from '../lib/lines.ts'
import { createRecordWriter } from '../lib/record-writer.ts'
import { createPipeline } from '../pipeline.ts'
import type { Zones } from '../zones.ts'

export interface FilterOptions {
  readonly format: RecordFormat
  /** Projection of the record; all fields by default. */
  readonly fields?: readonly Field[] | undefined
  readonly keepOriginal: boolean
  readonly zones: Zones
  /** Year reference for a regular file on standard input: its last change, ms since 1970. The time of reading by default. */
  readonly fileTime?: number | undefined
  /** Set when the user asks to stop: what was read is still written. */
  readonly stop: AbortSignal
  /** Puts something around each record. */
  readonly wrap?: ((record: ByteString) => ByteString) | undefined
}

export interface FilterStreams {
  readonly stdin: Readable
  readonly stdout: Writable
  now(): number
}

/** Lines in, records out, in order, until the end of the input or the signal. Rejects with the error of the stream that failed. */
export async function filter(options: FilterOptions, { stdin, stdout, now }: FilterStreams): Promise<void> {
  const { fields, wrap } = options
  const pipeline = createPipeline({
    zones: options.zones,
    keepOriginal: options.keepOriginal,
    wanted: fields === undefined ? () => true : (field) => fields.includes(field),
  })
  const encode = createEncoder({ format: options.format, fields })
  const writer = createRecordWriter(stdout)

  for await (const { lines, repaired } of readLines(stdin)) {
    const at = now()
    const received = { at, reference: options.fileTime ?? at, repaired: false }
    for (let i = 0; i < lines.length; i++) {
      const reception = repaired?.has(i) ? { ...received, repaired: true } : received
      const record = encode(pipeline(lines[i] as ByteString, reception))
      writer.add(wrap === undefined ? record : wrap(record))
      if (writer.full) await writer.flush()
    }
    await writer.flush()
    if (options.stop.aborted) return
  }
}
