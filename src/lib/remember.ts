/**
 * A function of a text that remembers its answers. What the texts are is decided by strangers: the memory is bounded, and at
 * its bound it begins anew.
 */
export function remember<T>(limit: number, compute: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined || answers.has(text)) return known as T
    const answer = compute(text)
    if (answers.size >= limit) answers.clear()
    answers.set(text, answer)
    return answer
  }
}
