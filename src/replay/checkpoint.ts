import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { printableText } from '../lib/printable.ts'
import { openContent } from './content.ts'
import { InputError, type InputFile } from './inputs.ts'
import type { Position } from './position.ts'

/**
 * The checkpoint file: how far each file was replayed. It is a log of JSON lines: the first one names the options of the
 * replay, each other one a file and its position; the last one of a file counts. A line that a kill has torn does not. It is
 * written anew, in one step, when the replay begins and whenever it has grown.
 */
const FORMAT = 'naslog-checkpoint 1'

/** A file as it is known again: renamed by its inode, compressed or copied by its first bytes. */
export interface Fingerprint {
  readonly device: number
  readonly inode: number
  /** Number of uncompressed bytes from the beginning, and their SHA-256. */
  readonly head: number
  readonly sha256: string
}

interface Entry extends Fingerprint {
  readonly path: string
  position: Position
}

/** Bytes at the beginning of a file that tell it from others. */
const HEAD = 4096
/** The log is written anew when it has grown by so many bytes. */
const GROWTH = 4 * 1024 * 1024

export class Checkpoint {
  readonly #path: string
  readonly #options: string
  readonly #entries: Entry[]
  /** Entries by index of the file. */
  readonly #files = new Map<number, Entry>()
  #descriptor: number | undefined
  #grown = 0

  /** Use `openCheckpoint`. */
  constructor(path: string, options: string, entries: Entry[]) {
    this.#path = path
    this.#options = options
    this.#entries = entries
  }

  /**
   * Where the files were left, in their order; `undefined` for those that are new. Each entry is given to one file at most: to that with
   * the same inode and beginning, else to one with the same beginning.
   */
  async match(files: readonly InputFile[]): Promise<(Position | undefined)[]> {
    const lengths = new Set([...this.#entries.map(({ head }) => head), HEAD])
    const heads: Head[] = []
    for (const file of files) heads.push(digests(await readHead(file), lengths))
    const free = new Set(this.#entries)
    const fits = (entry: Entry, index: number): boolean => heads[index]?.digests.get(entry.head) === entry.sha256
    const matchWith = (same: (entry: Entry, file: InputFile) => boolean): void => {
      files.forEach((file, index) => {
        if (this.#files.has(index)) return
        for (const entry of free) {
          if (!same(entry, file) || !fits(entry, index)) continue
          free.delete(entry)
          this.#files.set(index, entry)
          return
        }
      })
    }
    matchWith((entry, file) => entry.inode === file.inode && entry.device === file.device)
    matchWith((entry) => entry.head > 0)
    const positions = files.map((_, index) => this.#files.get(index)?.position)
    files.forEach((file, index) => {
      const { length, digests } = heads[index] as Head
      const known = this.#files.get(index)
      const position = known?.position ?? { from: 0, lines: 0, line: 0 }
      // What was known by a short beginning when it was small is known by a longer one now.
      const entry: Entry = { path: file.path, device: file.device, inode: file.inode, head: length, sha256: digests.get(length) ?? '', position }
      if (known !== undefined) this.#entries.splice(this.#entries.indexOf(known), 1)
      this.#entries.push(entry)
      this.#files.set(index, entry)
    })
    return positions
  }

  /** Writes the file anew: what is in the way of that is known before anything is replayed. Throws an InputError. */
  begin(): void {
    try {
      this.#rewrite()
    } catch (error) {
      throw new InputError(`${printableText(this.#path)}: ${printableText((error as Error).message)}`)
    }
  }

  /** Remembers that everything before a position of a file is settled. Throws the system's errors. */
  commit(index: number, position: Position): void {
    const entry = this.#files.get(index)
    if (entry === undefined) throw new Error(`file ${index} is not in the checkpoint`)
    entry.position = position
    if (this.#descriptor === undefined || this.#grown > GROWTH) this.#rewrite()
    else {
      const line = `${JSON.stringify(entry)}\n`
      writeWhole(this.#descriptor, line)
      this.#grown += line.length
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #rewrite(): void {
    this.close()
    const text = [{ format: FORMAT, options: this.#options }, ...this.#entries].map((line) => `${JSON.stringify(line)}\n`).join('')
    const descriptor = openSync(`${this.#path}.tmp`, 'w', 0o600)
    try {
      writeWhole(descriptor, text)
      fsyncSync(descriptor)
      renameSync(`${this.#path}.tmp`, this.#path)
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
    this.#descriptor = descriptor
    this.#grown = 0
  }
}

/**
 * Opens a checkpoint, or begins one. `options` is what the records depend on besides the lines: a replay with others must not go on
 * with it. Throws an InputError.
 */
export function openCheckpoint(path: string, options: string): Checkpoint {
  if (!existsSync(path)) return new Checkpoint(path, options, [])
  const [first, ...others] = readFileSync(path, 'utf8').split('\n')
  const head = parse(first ?? '')
  const refuse = (reason: string): InputError => new InputError(`${printableText(path)}: ${reason}`)
  if (head?.['format'] !== FORMAT) throw refuse('is no checkpoint of this version of naslog; nothing was replayed')
  if (head['options'] !== options) {
    throw refuse(`belongs to a replay with other options (${printableText(String(head['options']))}); use the same, or another checkpoint`)
  }
  const entries = new Map<string, Entry>()
  for (const line of others) {
    const entry = parse(line)
    if (isEntry(entry)) entries.set(`${entry.device}:${entry.inode}:${entry.sha256}`, entry)
  }
  return new Checkpoint(path, options, [...entries.values()])
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isEntry(value: object | undefined): value is Entry {
  const entry = value as Partial<Entry> | undefined
  const numbers = [entry?.device, entry?.inode, entry?.head, entry?.position?.from, entry?.position?.lines, entry?.position?.line]
  return typeof entry?.sha256 === 'string' && typeof entry.path === 'string' && numbers.every((number) => typeof number === 'number' && number >= 0)
}

/** The first uncompressed bytes of a file; what can be read of them. */
async function readHead(input: InputFile): Promise<Buffer> {
  const file = await open(input.path, 'r')
  const head: Buffer[] = []
  let length = 0
  try {
    const { blocks } = await openContent(file, 0)
    for await (const block of blocks) {
      head.push(Buffer.from(block.subarray(0, HEAD - length)))
      length += head[head.length - 1]?.length ?? 0
      if (length >= HEAD) break
    }
  } catch {
    // The replay itself will say what is wrong with the file.
  } finally {
    await file.close()
  }
  return Buffer.concat(head)
}

/** The beginning of a file: how long it is, and the SHA-256 of its first bytes by their number. */
interface Head {
  readonly length: number
  readonly digests: ReadonlyMap<number, string>
}

function digests(head: Buffer, lengths: ReadonlySet<number>): Head {
  const wanted = [...lengths, head.length].filter((length) => length <= head.length)
  const digest = (length: number): string => createHash('sha256').update(head.subarray(0, length)).digest('hex')
  return { length: head.length, digests: new Map(wanted.map((length) => [length, digest(length)])) }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}
