import { open, readdir, stat, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { dirname, join } from 'node:path'
import type { Parcel } from '../destinations/destination.ts'
import type { Encoder } from '../encode/record.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { createBlockSplitter, type LineBatch } from '../lib/lines.ts'
import { printableText } from '../lib/printable.ts'
import type { Pipeline, Reception } from '../pipeline.ts'
import { ContentError, openContent, openStream, type OpenContent } from './content.ts'
import { describeFault } from './inputs.ts'
import type { Position } from './position.ts'
import { RecordBuffer } from './record-buffer.ts'
import { count, emptyTally, increase, type Tally } from './tally.ts'
import { isMarked, WARM_UP_LINES, warmUpStart } from './warm-up.ts'
import { monthDayOf, referenceFor, YearCounter } from './years.ts'

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

/** How lines become records. */
export interface Production {
  /** A pipeline for one file: event.id counts equal lines within the file, so that it is the same alone and in a series. */
  pipeline(): Pipeline
  /** An encoder for one file: it may remember what it wrote last. */
  encoder(): Encoder
  /** Which records are wanted; all by default. `instant` is the record's time. */
  readonly selects: ((event: Event, instant: number) => boolean) | undefined
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

/** Lines for which a batch is made though the selection leaves nothing: progress, and the checkpoint, go on. */
const LINES_PER_BATCH = 10_000

/** The records of a file, batch by batch. What is wrong with the file is told in the last batch. */
export async function* produce(task: FileTask, production: Production, stdin?: Readable): AsyncGenerator<Batch, void, undefined> {
  let read = 0
  let file: FileHandle | undefined
  const lines = new LineReader(task, production)
  const takeRead = (): number => {
    const bytes = read
    read = 0
    return bytes
  }
  let fault: string | undefined
  try {
    let content: OpenContent
    const onRead = (bytes: number): void => void (read += bytes)
    if (task.path === undefined) content = await openStream(stdin as Readable, onRead)
    else {
      file = await openFile(task.path, task)
      content = await openContent(file, task.start.from, onRead)
    }
    for await (const batch of lines.readAll(content)) yield { ...batch, read: takeRead() }
  } catch (error) {
    if (error instanceof TooShort) {
      yield* produce({ ...task, start: { ...task.start, from: 0, lines: task.start.line } }, production, stdin)
      return
    }
    if (!(error instanceof ContentError)) throw error
    fault = error.message
  } finally {
    await file?.close()
  }
  yield { ...lines.cut(), read: takeRead(), end: true, fault }
}

/** The warm-up did not go back far enough. */
class TooShort extends Error {}

/** Opens the file that was meant, though logrotate may have renamed it meanwhile. */
async function openFile(path: string, { device, inode }: FileTask): Promise<FileHandle> {
  const folder = dirname(path)
  const neighbours = await readdir(folder).catch(() => [])
  for (const candidate of [path, ...neighbours.map((name) => join(folder, name))]) {
    const found = await stat(candidate).catch(() => undefined)
    if (found?.ino !== inode || found.dev !== device) continue
    try {
      return await open(candidate, 'r')
    } catch (error) {
      throw new ContentError(describeFault(error))
    }
  }
  throw new ContentError('is gone or was replaced since naslog looked for files; run it again')
}

/** Makes batches of the lines of one file. */
class LineReader {
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
    const warmUp = createWarmUp(this.#pipeline, this.#production, start)
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
    const { selects, shape, limits, longest } = this.#production
    const place = (): { file: string; line: number } => ({ file: this.#task.name, line: this.#line + 1 })
    for (let index = from; index < lines.length; index++) {
      const line = lines[index] as ByteString
      const event = this.#pipeline(line, this.#receive(line, at, repaired?.has(index) === true))
      const instant = this.#instantOf(event.get(F['@timestamp']))
      const rule = event.get(F['naslog.dropped_by'])
      if (rule !== undefined) increase(this.#tally.dropped, rule)
      else if (selects === undefined || selects(event, instant)) {
        if (!(Math.abs(instant - this.#instant) <= longest) && this.#tally.records > 0 && longest !== Infinity) yield this.cut()
        if (shape !== 'nothing') {
          const record = this.#encode(event)
          if (shape === 'bytes') this.#records.add(record)
          else {
            if (this.#parcels.length > 0 && this.#parcelBytes + record.length > limits.bytes) yield this.cut()
            this.#parcels.push({ record, id: event.get(F['event.id']) ?? '', line })
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

interface WarmUp {
  /** Takes a line that was replayed before. */
  add(line: ByteString): void
  /** All have been taken; throws TooShort if they did not begin early enough. */
  finish(): void
}

/** Brings event.id to where it was at the position. */
function createWarmUp(pipeline: Pipeline, { identified }: Production, { from, line }: Position): WarmUp {
  const reception: Reception = { at: 0, reference: 0, repaired: false }
  const observe = (line: ByteString): void => {
    if (!isMarked(line)) pipeline(line, reception)
  }
  if (!identified || line === 0) return { add: () => {}, finish: () => {} }
  if (from === 0) return { add: observe, finish: () => {} }
  let lines: ByteString[] = []
  return {
    add: (line) => void lines.push(line),
    finish() {
      if (lines.length === 0) return
      const start = warmUpStart(lines)
      if (start === undefined) throw new TooShort()
      for (let index = start; index < lines.length; index++) observe(lines[index] as ByteString)
      lines = []
    },
  }
}

/** What a file is called for people. */
export function nameOf(path: string | undefined): string {
  return path === undefined ? 'standard input' : printableText(path)
}
