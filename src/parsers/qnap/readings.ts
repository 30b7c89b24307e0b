import type { ByteString } from '../../lib/bytes.ts'
import { readAddress } from '../address.ts'
import { COMPUTER, SOURCE_IP, skipToKey } from './keys.ts'
import { NAME_LIMIT, isPlaceholder } from './values.ts'

/**
 * Users and computer names are chosen by whoever tries to log in, and they may hold the text of keys. So a line in which a
 * value has a comma is read in every way that the grammar allows, and only what all readings say is believed.
 *
 * What the grammar knows: an address or `---` follows `Source IP`; the values of the device itself have no comma; a
 * user and a computer name have at most 64 bytes. The true reading always fulfils this, so it is always among those found.
 */
export interface Readings {
  /** Values on which all readings agree, in the order of the keys; `undefined` where they differ. */
  readonly values: readonly (ByteString | undefined)[]
  readonly ambiguous: boolean
  /** True if the key `Computer name` is missing. */
  readonly withoutComputer: boolean
}

/** Collects readings of what follows `Computer name: `. */
export interface Tails {
  /** Adds one: where the computer name ends, and the values behind it. A doubtful computer name is left out. */
  add(computerEnd: number, values: readonly (ByteString | undefined)[], computerIsDoubtful?: boolean): void
  readonly full: boolean
}

export interface Grammar {
  /** Keys that may follow the computer name. */
  readonly tailKeys: readonly string[]
  /** Number of values that `readTails` gives. */
  readonly tailLength: number
  /** Finds every way to read what lies between `from` and `end`, with a computer name that begins at `from` and ends at `lastEnd` or before. */
  readTails(body: ByteString, from: number, lastEnd: number, end: number, tails: Tails): void
}

/** More ways than these are not followed: the line is then ambiguous as a whole. */
const MAX_READINGS = 32
const MAX_HEADS = 8

/** Reads the keys behind `Users: ` up to `end`. `undefined` if there is no reading. */
export function readKeys(body: ByteString, start: number, end: number, grammar: Grammar): Readings | undefined {
  for (const strict of [true, false]) {
    for (const limit of [NAME_LIMIT, body.length]) {
      const collector = new Collector(body, start)
      collect(body, start, end, limit, strict, grammar, collector)
      const readings = collector.settle(grammar.tailLength)
      if (readings !== undefined) return readings
    }
  }
  return undefined
}

/** `strict`: only `---` or an address counts behind `Source IP`, and only `Computer name` behind that. `limit`: bytes of a name. */
function collect(
  body: ByteString,
  start: number,
  end: number,
  limit: number,
  strict: boolean,
  grammar: Grammar,
  collector: Collector,
): void {
  let heads = 0
  let at = body.indexOf(SOURCE_IP, start)
  while (at >= 0 && at - start <= limit && !collector.full) {
    const addressAt = at + SOURCE_IP.length
    const addressEnd = endOfToken(body, addressAt)
    const address = addressEnd < 0 ? undefined : body.slice(addressAt, addressEnd)
    const computerAt = address === undefined ? -1 : findComputer(body, address, addressEnd, strict, grammar)
    if (address !== undefined && computerAt >= 0) {
      if (++heads > MAX_HEADS) return collector.giveUp()
      const named = body.startsWith(COMPUTER, computerAt)
      const from = named ? computerAt + COMPUTER.length : computerAt
      collector.open(at, address, from, named)
      grammar.readTails(body, from, named ? Math.min(end, from + limit) : from, end, collector)
    }
    at = body.indexOf(SOURCE_IP, addressAt)
  }
}

/** Position of the key behind the address, or -1 if the address or the key is not what it must be. */
function findComputer(body: ByteString, address: ByteString, addressEnd: number, strict: boolean, grammar: Grammar): number {
  if (!strict) return skipToKey(body, addressEnd, [COMPUTER, ...grammar.tailKeys])
  const valid = body.startsWith(COMPUTER, addressEnd) && (isPlaceholder(address) || readAddress(address) !== undefined)
  return valid ? addressEnd : -1
}

/** Position of the comma behind a token of at most 255 bytes, or -1. */
function endOfToken(body: ByteString, from: number): number {
  for (let at = from; at < from + 256; at++) if (body.charCodeAt(at) === 0x2c) return at
  return -1
}

class Collector implements Tails {
  readonly #body: ByteString
  readonly #start: number
  readonly #readings: (readonly (ByteString | undefined)[])[] = []
  #gaveUp = false
  #doubtful = false
  #withoutComputer = false
  #userEnd = 0
  #address = ''
  #computerAt = 0

  constructor(body: ByteString, start: number) {
    this.#body = body
    this.#start = start
  }

  get full(): boolean {
    return this.#gaveUp
  }

  open(userEnd: number, address: ByteString, computerAt: number, named: boolean): void {
    this.#userEnd = userEnd
    this.#address = address
    this.#computerAt = computerAt
    if (!named) this.#withoutComputer = true
  }

  add(computerEnd: number, values: readonly (ByteString | undefined)[], computerIsDoubtful = false): void {
    if (this.#readings.length === MAX_READINGS) return this.giveUp()
    const computer = computerIsDoubtful ? undefined : this.#body.slice(this.#computerAt, computerEnd)
    if (computerIsDoubtful) this.#doubtful = true
    this.#readings.push([this.#body.slice(this.#start, this.#userEnd), this.#address, computer, ...values])
  }

  giveUp(): void {
    this.#gaveUp = true
  }

  settle(tailLength: number): Readings | undefined {
    const [first, ...others] = this.#readings
    const withoutComputer = this.#withoutComputer
    if (this.#gaveUp) return { values: new Array(3 + tailLength), ambiguous: true, withoutComputer }
    if (first === undefined) return undefined
    const values = first.map((value, index) => (others.every((other) => other[index] === value) ? value : undefined))
    return { values, ambiguous: others.length > 0 || this.#doubtful, withoutComputer }
  }
}
