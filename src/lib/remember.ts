import { copyOf } from './bytes.ts'

/** Longer texts are not remembered: names are a few dozen bytes. */
const LONGEST = 256

/**
 * A function of a byte string that remembers its answers. What the texts are is decided by strangers: the memory is bounded, and at
 * its bound it begins anew.
 */
export function remember<T>(limit: number, compute: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined || answers.has(text)) return known as T
    const answer = compute(text)
    if (text.length > LONGEST) return answer
    if (answers.size >= limit) answers.clear()
    // A copy: in V8 a slice of a line keeps the whole block in memory that the line was read in.
    answers.set(copyOf(text), answer)
    return answer
  }
}
