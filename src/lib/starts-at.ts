import type { ByteString } from './bytes.ts'

/**
 * True if `part`, which is not empty, stands at `at`. For where it mostly does: `indexOf` is three times as fast as `startsWith` where it
 * finds the text at once (V8 compiles that to a comparison character by character). Where it does not, it would go on to the end; the
 * look at one character spares most of these searches.
 */
export function startsAt(text: ByteString, part: string, at: number): boolean {
  const last = at + part.length - 1
  return last < text.length && text.charCodeAt(last) === part.charCodeAt(part.length - 1) && text.indexOf(part, at) === at
}
