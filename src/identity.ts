import * as crypto from 'node:crypto'
import type { ByteString } from './lib/bytes.ts'
import { createViews } from './lib/views.ts'

/**
 * Gives every line its `event.id`: 32 hexadecimal digits (128 bits) of a SHA-256. It is SHA-256 because the lines are chosen by
 * strangers: with a weaker hash one could make an event that has the id of another, and hide it behind that.
 */
export interface Identity {
  /**
   * The id of the next line. It is made of the line, of the delivery mark if there is one (when rsyslog received the line, and from whom),
   * of the key if there is one, and of the occurrence: how many equal lines with the same mark stand before it. So equal lines differ, and the same input
   * read again from its start gives the same ids. Where the source knows the occurrence, as the journal does, it is given, and
   * nothing is counted: a line has the same id from wherever reading begins.
   */
  idOf(line: ByteString, delivery: ByteString | undefined, occurrence?: number): string
}

/**
 * An equal line among this many lines before makes a line the next occurrence; otherwise it is occurrence 0 again. Equal
 * lines stand close together, within the same second, as their stamps are equal. A power of two, for the places in the ring.
 */
export const OCCURRENCE_WINDOW = 4096

/**
 * Makes the identity of one input. A key makes the id that of a message authentication code: without it nobody can find out by trial
 * which line an id belongs to. The key goes before the text; of SHA-256 half is given away, so that nobody can go on from there.
 */
export function createIdentity(key: Uint8Array = NO_KEY): Identity {
  const digest = createDigest(key)
  const count = createOccurrences()
  return {
    idOf(line, delivery, given) {
      // What is hashed never has two meanings: a line alone holds no newline, everything else begins with one.
      const head = delivery !== undefined ? part('delivery', delivery) : line.includes('\n') ? part('line', '') : ''
      const first = digest(head, line)
      const occurrence = given ?? count(first)
      const whole = occurrence === 0 ? first : digest(part('occurrence', String(occurrence)) + head, line)
      return whole.slice(0, ID_LENGTH)
    },
  }
}

/** What stands before the line in the hashed bytes. The length says where the value ends, whatever it holds. */
function part(name: string, value: ByteString): ByteString {
  return '\n' + name + ' ' + value.length + ' ' + value
}

const NO_KEY = new Uint8Array(0)

/** Hexadecimal digits of an id. */
const ID_LENGTH = 32

/** Lines longer than this are hashed from a buffer of their own, which does not stay. */
const SCRATCH_SIZE = 65_536

/** Missing from Node before 20.12, whatever the types say. It is three times as fast as createHash. */
const hashAtOnce = crypto.hash as typeof crypto.hash | undefined

/** The SHA-256 over the key and two byte strings, in hexadecimal digits. */
function createDigest(key: Uint8Array): (head: ByteString, line: ByteString) => string {
  const scratch = Buffer.allocUnsafeSlow(SCRATCH_SIZE)
  scratch.set(key)
  const views = createViews(scratch)
  return (head, line) => {
    const length = key.length + head.length + line.length
    let bytes = scratch
    if (length > SCRATCH_SIZE) {
      bytes = Buffer.allocUnsafeSlow(length)
      bytes.set(key)
    }
    if (head !== '') bytes.write(head, key.length, 'latin1')
    bytes.write(line, key.length + head.length, 'latin1')
    const text = bytes === scratch ? views(length) : bytes
    return hashAtOnce === undefined ? crypto.createHash('sha256').update(text).digest('hex') : hashAtOnce('sha256', text, 'hex')
  }
}

/** Lists of lines by digest: some more than lines in the window, so that most lists hold one. A power of two, too. */
const LISTS = 8192

/**
 * Counts equal lines, known by their digests, while they follow each other within the window. The lines of the window stand in a
 * ring, and those of a list are linked from the newest to the older, as in the search window of a compressor: what has left the
 * window is overwritten and never deleted. It keeps numbers and no text: whatever lives for 4096 lines is copied by the
 * garbage collector, and 4096 texts, or a Map of them, cost more than the digests themselves.
 */
function createOccurrences(): (digest: string) => number {
  // Lines are numbered from one past the window, so that 0, no line, is always out of it.
  let line = OCCURRENCE_WINDOW
  const newest = new Float64Array(LISTS)
  const older = new Float64Array(OCCURRENCE_WINDOW)
  const keys = new Int32Array(OCCURRENCE_WINDOW)
  const checks = new Int32Array(OCCURRENCE_WINDOW)
  const occurrences = new Float64Array(OCCURRENCE_WINDOW)
  return (digest) => {
    // 28 bits find the line and 28 more tell it from others: two lines that share all 56 are taken for equal, and both ids stay unique.
    const key = sevenDigits(digest, 0)
    const check = sevenDigits(digest, 7)
    line++
    const list = key & (LISTS - 1)
    let before = newest[list] as number
    let occurrence = 0
    while (before >= line - OCCURRENCE_WINDOW) {
      const slot = before & (OCCURRENCE_WINDOW - 1)
      if (keys[slot] === key && checks[slot] === check) {
        occurrence = (occurrences[slot] as number) + 1
        break
      }
      before = older[slot] as number
    }
    const slot = line & (OCCURRENCE_WINDOW - 1)
    keys[slot] = key
    checks[slot] = check
    occurrences[slot] = occurrence
    older[slot] = newest[list] as number
    newest[list] = line
    return occurrence
  }
}

/** The number that seven hexadecimal digits write. */
function sevenDigits(digest: string, at: number): number {
  let value = 0
  for (let position = at; position < at + 7; position++) {
    const code = digest.charCodeAt(position)
    // `0` is 0x30 and `a` is 0x61. A digest is random: a processor cannot foresee which of two ways a digit takes.
    value = value * 16 + (code & 15) + (code >> 6) * 9
  }
  return value
}
