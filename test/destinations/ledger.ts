import assert from 'node:assert/strict'
import { closeSync, openSync, readSync } from 'node:fs'

/** What arrived where, by the numbers of messages (`user.name`: m7) and their event ids. */

/** Where a record has event.id and the number, in each encoding. */
export const ECS = /"id":"(?<id>[0-9a-f]{32})".*?"user":\{"name":"m(?<number>\d+)"/g
export const DATADOG = /"usr":\{"name":"m(?<number>\d+)".*?"id":"(?<id>[0-9a-f]{32})"/g
export const OTLP = /"key":"event\.id","value":\{"stringValue":"(?<id>[0-9a-f]{32})"\}.*?"key":"user\.name","value":\{"stringValue":"m(?<number>\d+)"/g

/** The ids of the records in a text, and the numbers of their messages. */
export function numbersIn(text: string, form: RegExp): [id: string, number: number][] {
  return Array.from(text.matchAll(form), ({ groups }) => [groups!['id']!, Number(groups!['number'])])
}

/** The event ids by the numbers of messages, over all destinations: a message must have the same everywhere, and each time. */
export class Identities {
  readonly faults: string[] = []
  readonly #ids: string[] = []

  note(number: number, id: string): void {
    // A copy: a slice would keep the whole text from which it was cut.
    const known = (this.#ids[number] ??= Buffer.from(id, 'latin1').toString('latin1'))
    if (known !== id) this.faults.push(`m${number} has the ids ${known} and ${id}`)
  }

  /** What is wrong: a message with several ids, or several with the same. */
  check(): void {
    assert.deepEqual(this.faults.slice(0, 20), [])
    const ids = this.#ids.filter((id) => id !== undefined)
    assert.equal(new Set(ids).size, ids.length, 'messages with the same id')
  }
}

/** The numbers of the messages that a destination has taken. */
export class Ledger {
  readonly seen = new Set<number>()
  /** Messages that came once more. */
  repeats = 0
  /** Messages that came for the first time behind one with a higher number. */
  disorder = 0
  #highest = -1

  take(number: number): void {
    if (this.seen.has(number)) {
      this.repeats++
      return
    }
    this.seen.add(number)
    if (number < this.#highest) this.disorder++
    else this.#highest = number
  }

  /** Those of the numbers that are not here, the first few. */
  missing(numbers: Iterable<number>): number[] {
    return [...numbers].filter((number) => !this.seen.has(number)).slice(0, 20)
  }

  get figures(): string {
    return `${this.seen.size} delivered, ${this.repeats} repeats, ${this.disorder} out of order`
  }
}

/** A file of ECS records that grows. */
export class FileLedger extends Ledger {
  readonly #path: string
  readonly #identities: Identities
  #offset = 0
  #rest = ''

  constructor(path: string, identities: Identities) {
    super()
    this.#path = path
    this.#identities = identities
  }

  /** Reads what has come since. */
  readOn(): this {
    const file = openSync(this.#path, 'r')
    const block = Buffer.alloc(1 << 20)
    for (let length = 0; (length = readSync(file, block, 0, block.length, this.#offset)) > 0; this.#offset += length) {
      const text = this.#rest + block.toString('latin1', 0, length)
      const end = text.lastIndexOf('\n') + 1
      this.#rest = text.slice(end)
      for (const [id, number] of numbersIn(text.slice(0, end), ECS)) {
        this.#identities.note(number, id)
        this.take(number)
      }
    }
    closeSync(file)
    return this
  }
}
