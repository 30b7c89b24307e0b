import { lowerAscii } from './bytes.ts'

/** True if the whole name fits the glob: `*` is any run of characters, `?` one; ASCII letters of either case are equal. */
export function globMatches(glob: string, name: string): boolean {
  const pattern = lowerAscii(glob)
  const text = lowerAscii(name)
  // The usual two pointers with one point of return: a regular expression with several `.*` is polynomial in a hostile name.
  let at = 0
  let position = 0
  let starAt = -1
  let returnTo = 0
  while (position < text.length) {
    if (at < pattern.length && (pattern[at] === '?' || (pattern[at] === text[position] && pattern[at] !== '*'))) {
      at++
      position++
    } else if (pattern[at] === '*') {
      starAt = at++
      returnTo = position
    } else if (starAt >= 0) {
      at = starAt + 1
      position = ++returnTo
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
