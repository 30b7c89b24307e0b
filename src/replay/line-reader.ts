import type { Parcel } from '../destinations/destination.ts'
import type { Encoder } from '../encode/record.ts'
import { F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { createBlockSplitter, type LineBatch } from '../lib/lines.ts'
import { RecordBuffer } from '../lib/record-buffer.ts'
import type { Pipeline, Reception } from '../pipeline.ts'
import type { Batch, FileTask, Production } from './batch.ts'
import { ContentError, type OpenContent } from './content.ts'
import type { Position } from './position.ts'
import { count, emptyTally, increase } from './tally.ts'
import { createWarmUp, WARM_UP_LINES, type WarmUp } from './warm-up.ts'
import { monthDayOf, referenceFor, YearCounter } from './years.ts'

/** Lines for which a batch is made though the selection leaves nothing: progress, and the checkpoint, go on. */
const LINES_PER_BATCH = 10_000

/** Makes batches of the lines of one file. */
export class LineReader {
  readonly #task: FileTask
  readonly #production: Production
  readonly #pipeline: Pipeline
  readonly #encode: Encoder
  readonly #years: YearCounter | undefined
  readonly #records: RecordBuffer
  #parcels: Parcel[] = []
  #parcelBytes = 0
  #tally = emptyTally()
  #instant = Number.NaN

  /** Lines read, those before `from` included. */
  #line: number
  #torn: number | undefined
  /** Beginnings of lines from which reading may resume, oldest first. */
  readonly #marks: { offset: number; line: number }[]
  #reception: Reception
  #date: number | undefined
  #year = 0
  #reference = 0
  #time: string | undefined
  #timeMs = Number.NaN

  constructor(task: FileTask, production: Production) {
    const { start } = task
    this.#task = task
    this.#production = production
    this.#pipeline = production.pipeline()
    this.#encode = production.encoder()
    const year = start.year ?? task.firstYear
    this.#years = year === undefined ? undefined : new YearCounter(year, start.date)
    this.#records = new RecordBuffer(production.shape === 'bytes' ? production.limits.bytes + 16_384 : 0)
    this.#line = start.line - start.lines
    this.#torn = start.torn
    this.#marks = [{ offset: start.from, line: this.#line }]
    this.#reception = { at: 0, reference: 0, repaired: false }
  }

  async *readAll({ blocks }: OpenContent): AsyncGenerator<Batch, void, undefined> {
    const { start, path } = this.#task
    const splitter = createBlockSplitter()
    const warmUp = createWarmUp(this.#pipeline, this.#production.identified, start)
    let offset = start.from
    let fault: unknown
    // The torn line was sent, but may have become longer.
    const resumeAt = start.torn === undefined ? start.line : start.line - 1
    try {
      for await (const block of blocks) {
        const batch = splitter.push(block)
        const at = this.#production.now()
        let from = 0
        for (; from < batch.lines.length && this.#line < resumeAt; from++, this.#line++) warmUp.add(batch.lines[from] as ByteString)
        if (from < batch.lines.length) {
          warmUp.finish()
          this.#torn = undefined
          yield* this.#take(batch, from, at)
        }
        offset += block.length
        if (batch.lines.length > 0) this.#marks.push({ offset: offset - splitter.pending, line: this.#line })
        if (path === undefined && this.#tally.lines > 0) yield this.cut()
      }
    } catch (error) {
      if (!(error instanceof ContentError)) throw error
      fault = error
    }
    const last = splitter.flush()
    if (last !== undefined) yield* this.#takeTorn(last, warmUp)
    if (fault !== undefined) throw fault
    if (this.#line < start.line) throw new ContentError(`is shorter than it was: ${start.line} lines were replayed before`)
  }

  /** The last line, which has no newline (yet). */
  *#takeTorn(last: LineBatch, warmUp: WarmUp): Generator<Batch> {
    const { start } = this.#task
    const length = (last.lines[0] as ByteString).length
    const resumeAt = start.torn === undefined ? start.line : start.line - 1
    if (this.#line < resumeAt || (this.#line < start.line && length === start.torn)) {
      this.#line++
      return
    }
    warmUp.finish()
    if (this.#tally.lines > 0) yield this.cut()
    this.#torn = length
    yield* this.#take(last, 0, this.#production.now())
  }

  *#take({ lines, repaired }: LineBatch, from: number, at: number): Generator<Batch> {
    const { selects, privacy, shape, limits, longest } = this.#production
    const place = (): { file: string; line: number } => ({ file: this.#task.name, line: this.#line + 1 })
    for (let index = from; index < lines.length; index++) {
      const line = lines[index] as ByteString
      const reception = this.#receive(line, at, repaired?.has(index) === true)
      const event = this.#pipeline(line, reception)
      const instant = this.#instantOf(event.get(F['@timestamp']))
      const rule = event.get(F['naslog.dropped_by'])
      if (rule !== undefined) increase(this.#tally.dropped, rule)
      else if (selects === undefined || selects(event, instant)) {
        if (!(Math.abs(instant - this.#instant) <= longest) && this.#tally.records > 0 && longest !== Infinity) yield this.cut()
        const id = event.get(F['event.id']) ?? ''
        privacy?.apply(event)
        if (shape !== 'nothing') {
          const record = this.#encode(event)
          if (shape === 'bytes') this.#records.add(record)
          else {
            if (this.#parcels.length > 0 && this.#parcelBytes + record.length > limits.bytes) yield this.cut()
            this.#parcels.push({ record, id, line, reception })
            this.#parcelBytes += record.length
          }
        }
        if (this.#tally.records === 0) this.#instant = instant
        count(this.#tally, event, instant, place)
      }
      this.#line++
      this.#tally.lines++
      const full = this.#tally.records >= limits.records || this.#records.length >= limits.bytes || this.#parcelBytes >= limits.bytes
      if (full || this.#tally.lines >= LINES_PER_BATCH) yield this.cut()
    }
  }

  #receive(line: ByteString, at: number, repaired: boolean): Reception {
    let reference = this.#task.reference ?? at
    const date = this.#years === undefined ? undefined : monthDayOf(line)
    if (date !== undefined) {
      const year = (this.#years as YearCounter).next(date)
      if (date !== this.#date || year !== this.#year) {
        this.#date = date
        this.#year = year
        this.#reference = referenceFor(year, date)
      }
      reference = this.#reference
    }
    const last = this.#reception
    if (last.at !== at || last.reference !== reference || last.repaired !== repaired) this.#reception = { at, reference, repaired }
    return this.#reception
  }

  /** Many lines have the same time as the one before. */
  #instantOf(time: string | undefined): number {
    if (time !== this.#time) {
      this.#time = time
      this.#timeMs = time === undefined ? Number.NaN : Date.parse(time)
    }
    return this.#timeMs
  }

  /** Everything since the last batch. */
  cut(): Batch {
    const { shape } = this.#production
    const batch: Batch = {
      file: this.#task.index,
      bytes: shape === 'bytes' ? this.#records.take() : undefined,
      parcels: this.#parcels,
      tally: this.#tally,
      position: this.#position(),
      read: 0,
      instant: this.#instant,
      end: false,
      fault: undefined,
    }
    this.#parcels = []
    this.#parcelBytes = 0
    this.#tally = emptyTally()
    this.#instant = Number.NaN
    return batch
  }

  #position(): Position {
    const reach = this.#production.identified ? WARM_UP_LINES : 0
    const marks = this.#marks
    while (marks[1] !== undefined && this.#line - marks[1].line >= reach) marks.shift()
    const { offset, line } = marks[0] as { offset: number; line: number }
    return { from: offset, lines: this.#line - line, line: this.#line, torn: this.#torn, date: this.#years?.last, year: this.#years?.year }
  }
}
