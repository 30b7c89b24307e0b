/**
 * Makes the test whether a whole text is these parts with anything (also nothing) between them: `['a', 'b']` is `a*b`. Exact in
 * case. Linear in the text for a given pattern: each part is looked for once, from where the one before ended.
 */
export function compileWildcard(parts: readonly string[]): (text: string) => boolean {
  const first = parts[0] ?? ''
  if (parts.length < 2) return (text) => text === first
  const last = parts[parts.length - 1] as string
  const middle = parts.slice(1, -1).filter((part) => part !== '')
  const shortest = first.length + last.length
  return (text) => {
    if (text.length < shortest || !text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    for (const part of middle) {
      const found = text.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= text.length - last.length
  }
}
