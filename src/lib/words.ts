import type { ByteString } from './bytes.ts'

/** A power of two, some times the words of the largest table. */
const PLACES = 1024

type Entry<V> = readonly [word: string, value: V]

/**
 * A table that is asked for words of a line. A Map hashes such a piece anew each time, all of it, because each is a text of its own; here
 * its length and two of its characters say where to look, which takes half the time.
 */
export class Words<V> {
  readonly #places: Entry<V>[][] = Array.from({ length: PLACES }, () => [])

  /** As in a Map, the last value of a word counts. */
  constructor(entries: Iterable<Entry<V>>) {
    for (const entry of new Map(entries)) this.#placeOf(entry[0]).push(entry)
  }

  get(text: ByteString): V | undefined {
    const entries = this.#placeOf(text)
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Entry<V>
      if (entry[0] === text) return entry[1]
    }
    return undefined
  }

  #placeOf(text: ByteString): Entry<V>[] {
    const { length } = text
    const place = length === 0 ? 0 : length + 31 * text.charCodeAt(length - 1) + 173 * text.charCodeAt(length >> 1)
    return this.#places[place & (PLACES - 1)] as Entry<V>[]
  }
}
