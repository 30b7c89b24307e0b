import type { Writable } from 'node:stream'
import type { EnrichmentSettings } from '../config/enrichment.ts'
import { createEncoder, type RecordFormat } from '../encode/record.ts'
import { loadEnrichment } from '../enrich/load.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import type { ByteInput } from '../lib/byte-input.ts'
import type { ByteString } from '../lib/bytes.ts'
import { settleHeap } from '../lib/heap.ts'
import { readLines, type LineBatch } from '../lib/lines.ts'
import { printable } from '../lib/printable.ts'
import { createRecordWriter } from '../lib/record-writer.ts'
import { createPipeline } from '../pipeline.ts'
import type { Zones } from '../zones.ts'

export interface FilterOptions {
  readonly format: RecordFormat
  /** Projection of the record; all fields by default. */
  readonly fields?: readonly Field[] | undefined
  readonly keepOriginal: boolean
  readonly zones: Zones
  readonly enrichment?: EnrichmentSettings | undefined
  /** Year reference for a regular file on standard input: its last change, ms since 1970. The time of reading by default. */
  readonly fileTime?: number | undefined
  /** Set when the user asks to stop. Whoever sets it ends the input, too: what was read is still written. */
  readonly stop: AbortSignal
  /** Puts something around each record. A record is then owed for each line, also for one that a rule drops. */
  readonly wrap?: ((record: ByteString) => ByteString) | undefined
}

export interface FilterStreams {
  readonly stdin: ByteInput
  readonly stdout: Writable
  readonly stderr: Writable
  now(): number
}

/** How often the tables are looked at, in ms. */
const REFRESH_EVERY = 1000

/**
 * Lines in, records out, in order, until the end of the input or the signal. What rules drop is counted on stderr at the end.
 * Rejects with the error of the stream that failed, or a ConfigurationError for a table that is wrong at the start.
 */
export async function filter(options: FilterOptions, { stdin, stdout, stderr, now }: FilterStreams): Promise<void> {
  const { fields, wrap } = options
  settleHeap()
  const enrichment = await loadEnrichment(options.enrichment)
  const pipeline = createPipeline({
    zones: options.zones,
    keepOriginal: options.keepOriginal,
    wanted: fields === undefined ? () => true : (field) => fields.includes(field),
    enrichment,
  })
  const encode = createEncoder({ format: options.format, fields })
  const writer = createRecordWriter(stdout)
  const dropped = new Map<ByteString, number>()
  let refreshed = now()

  const refreshTables = (at: number): void => {
    if (enrichment === undefined || at - refreshed < REFRESH_EVERY) return
    for (const notice of enrichment.refresh()) stderr.write(`naslog: ${notice}\n`)
    refreshed = at
  }
  const writeRecords = async ({ lines, repaired }: LineBatch, at: number): Promise<void> => {
    const received = { at, reference: options.fileTime ?? at, repaired: false }
    for (let i = 0; i < lines.length; i++) {
      const event = pipeline(lines[i] as ByteString, repaired?.has(i) ? { ...received, repaired: true } : received)
      const rule = event.get(F['naslog.dropped_by'])
      if (rule !== undefined && wrap === undefined) {
        dropped.set(rule, (dropped.get(rule) ?? 0) + 1)
        continue
      }
      const record = encode(event)
      writer.add(wrap === undefined ? record : wrap(record))
      if (writer.full) await writer.flush()
    }
    await writer.flush()
  }

  try {
    for await (const batch of readLines(stdin)) {
      const at = now()
      refreshTables(at)
      await writeRecords(batch, at)
    }
  } catch (error) {
    // At a stop the input ends, a pipe when all that was read of it has been given.
    if (!options.stop.aborted || (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
  await writer.end()
  if (dropped.size > 0) stderr.write(`naslog: dropped by rules: ${[...dropped].map(([rule, count]) => `${printable(rule)} ${count}`).join(', ')}\n`)
}
