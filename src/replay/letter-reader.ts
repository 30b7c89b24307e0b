import type { Parcel } from '../destinations/destination.ts'
import type { Encoder } from '../encode/record.ts'
import { F } from '../fields/index.ts'
import { readDeadLetter } from '../forward/dead-letter.ts'
import { toBytes, type ByteString } from '../lib/bytes.ts'
import { createBlockSplitter } from '../lib/lines.ts'
import type { Pipeline } from '../pipeline.ts'
import type { Batch, FileTask, Production } from './batch.ts'
import { ContentError, type OpenContent } from './content.ts'
import { count, countSkipped, emptyTally, increase } from './tally.ts'

/** Lines for which a batch is made though none becomes a record: progress, and the checkpoint, go on. */
const LINES_PER_BATCH = 10_000

/** Makes batches of the dead letters of one file: the events that they were, for the destinations that they name. */
export class LetterReader {
  readonly #task: FileTask
  readonly #production: Production
  readonly #pipeline: Pipeline
  /** By destination; made when one is needed. */
  readonly #encoders = new Map<string, Encoder>()
  #addressed = new Map<string, Parcel[]>()
  #bytes = 0
  #tally = emptyTally()
  #instant = Number.NaN

  /** Lines read, those before `start.from` included. */
  #line: number
  /** The line from which reading may resume. */
  #mark: { readonly offset: number; readonly line: number }

  constructor(task: FileTask, production: Production) {
    const { start } = task
    this.#task = task
    this.#production = production
    this.#pipeline = production.pipeline()
    this.#line = start.line - start.lines
    this.#mark = { offset: start.from, line: this.#line }
  }

  async *readAll({ blocks }: OpenContent): AsyncGenerator<Batch, void, undefined> {
    const { start } = this.#task
    const { limits } = this.#production
    const splitter = createBlockSplitter()
    let offset = start.from
    for await (const block of blocks) {
      for (const line of splitter.push(block).lines) {
        if (this.#line >= start.line) this.#take(line)
        this.#line++
        const { records, lines } = this.#tally
        if (records >= limits.records || this.#bytes >= limits.bytes || lines >= LINES_PER_BATCH) yield this.cut()
      }
      offset += block.length
      this.#mark = { offset: offset - splitter.pending, line: this.#line }
    }
    const last = splitter.flush()?.lines[0]
    if (last !== undefined) {
      if (this.#line >= start.line) this.#take(last)
      // A piece of a letter is looked at again the next time: somebody may be writing it.
      if (readDeadLetter(last) !== undefined) this.#line++
    }
    if (this.#line < start.line) throw new ContentError(`is shorter than it was: ${start.line} lines were replayed before`)
  }

  #take(text: ByteString): void {
    const tally = this.#tally
    const place = (): { file: string; line: number } => ({ file: this.#task.name, line: this.#line + 1 })
    tally.lines++
    const letter = readDeadLetter(text)
    // Its text is no example: nobody knows what privacy would have hidden in it.
    if (letter === undefined) return countSkipped(tally, 'no_dead_letter', place, '')
    const recipient = this.#production.recipientOf?.(letter.destination)
    if (recipient === undefined) return countSkipped(tally, 'unknown_destination', place, toBytes(letter.destination))

    const { line, reception, id } = letter
    const event = this.#pipeline(line, reception)
    // Of a line that was read from a file nobody knows any more how many equal ones stood before it, but what came of that.
    event.set(F['event.id'], id)
    const rule = event.get(F['naslog.dropped_by'])
    if (rule !== undefined) return increase(tally.dropped, rule)
    const instant = Date.parse(event.get(F['@timestamp']) ?? '')
    if (recipient.selects?.(event, instant) === false) return
    recipient.privacy?.apply(event)
    if (tally.records === 0) this.#instant = instant
    count(tally, event, instant, place)
    if (this.#production.shape === 'nothing') return
    const encode = this.#encoders.get(recipient.name) ?? recipient.encoder()
    this.#encoders.set(recipient.name, encode)
    const parcel: Parcel = { record: encode(event), id, line, reception }
    this.#bytes += parcel.record.length
    const parcels = this.#addressed.get(recipient.name)
    if (parcels === undefined) this.#addressed.set(recipient.name, [parcel])
    else parcels.push(parcel)
  }

  /** Everything since the last batch. */
  cut(): Batch {
    const { offset, line } = this.#mark
    const batch: Batch = {
      file: this.#task.index,
      bytes: undefined,
      parcels: [],
      addressed: this.#addressed,
      tally: this.#tally,
      position: { from: offset, lines: this.#line - line, line: this.#line },
      read: 0,
      instant: this.#instant,
      end: false,
      fault: undefined,
    }
    this.#addressed = new Map()
    this.#bytes = 0
    this.#tally = emptyTally()
    this.#instant = Number.NaN
    return batch
  }
}
