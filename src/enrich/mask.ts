import { lowerAscii, type ByteString } from '../lib/bytes.ts'
import { canonicalAddress, type Secret } from './secret.ts'

/** What stands within a text for a secret for which nothing stands. */
const REMOVED = '[removed]'

/** Where a secret stands in a text, and what is to stand there. */
interface Place {
  readonly start: number
  readonly end: number
  readonly replacement: ByteString
}

/**
 * Whether a text may hold a secret, at a quick look: most hold none. Folding changes bytes of other characters too, so that it may err, but
 * only by a yes.
 */
export function mayHold(text: ByteString, secrets: readonly Secret[]): boolean {
  const folded = text.toLowerCase()
  for (const { mark, address } of secrets) {
    if (mark !== undefined && mark.length <= folded.length && folded.includes(mark)) return true
    if (address !== undefined && folded.includes(':')) return true
  }
  return false
}

/**
 * The text without the secrets of its event: they are found as whole words, in either case, and as URLs, JSON and CSV write them.
 * `undefined` if the text was one for which nothing stands.
 */
export function maskText(text: ByteString, secrets: readonly Secret[]): ByteString | undefined {
  const exact = exactSecret(text, secrets)
  if (exact !== undefined) return exact.replacement
  return mayHold(text, secrets) ? maskSuspect(text, secrets) : text
}

/** The same for a text that must stay an address: it is a secret, in any of its forms, or it stays. */
export function maskAddress(text: ByteString, secrets: readonly Secret[]): ByteString | undefined {
  const whole = exactSecret(text, secrets) ?? wholeSecret(text, canonicalAddress(text), secrets)
  return whole === undefined ? text : whole.addressReplacement
}

function maskSuspect(text: ByteString, secrets: readonly Secret[]): ByteString | undefined {
  const address = canonicalAddress(text)
  const whole = wholeSecret(text, address, secrets)
  if (whole !== undefined) return whole.replacement
  // Nobody's name is a part of an address.
  if (address !== undefined) return text
  const folded = text.toLowerCase()
  const lower = lowerAscii(text)
  let places: Place[] | undefined
  for (const { isLong, text: secret, words, replacement } of secrets) {
    if (isLong && text.length >= secret.length) return REMOVED
    for (const each of words) {
      if (folded.includes(each.folded)) addPlaces((places ??= []), lower, each.text, replacement ?? REMOVED)
    }
  }
  return places === undefined ? text : replaceAll(text, places)
}

/** The secret that is all of a text, in the form in which it was hidden: it mostly is. */
function exactSecret(text: ByteString, secrets: readonly Secret[]): Secret | undefined {
  for (const secret of secrets) if (secret.text === text) return secret
  return undefined
}

/** The secret that is all of a text, in any form. */
function wholeSecret(text: ByteString, address: string | undefined, secrets: readonly Secret[]): Secret | undefined {
  for (const secret of secrets) {
    if (secret.lower.length === text.length && secret.lower === lowerAscii(text)) return secret
    if (address !== undefined && secret.address === address) return secret
  }
  return undefined
}

/** Adds where words stand that do not go on as a longer word, also where they overlap. */
function addPlaces(places: Place[], lower: ByteString, words: ByteString, replacement: ByteString): void {
  for (let at = lower.indexOf(words); at >= 0; at = lower.indexOf(words, at + 1)) {
    const end = at + words.length
    const continues =
      (isWordPart(lower.charCodeAt(at - 1)) && isWordPart(lower.charCodeAt(at))) ||
      (isWordPart(lower.charCodeAt(end)) && isWordPart(lower.charCodeAt(end - 1)))
    if (!continues) places.push({ start: at, end, replacement })
  }
}

/** Replaces places, the longer first where two begin together. What overlaps goes as one: the rest of a broken secret would tell it. */
function replaceAll(text: ByteString, places: Place[]): ByteString {
  places.sort((a, b) => a.start - b.start || b.end - a.end)
  let masked = ''
  let from = 0
  for (const { start, end, replacement } of places) {
    if (start >= from) masked += text.slice(from, start) + replacement
    from = Math.max(from, end)
  }
  return masked + text.slice(from)
}

/**
 * Letters and digits of ASCII. A byte of another character may be a letter or a curly quote: it ends a word, so that rather too
 * much is hidden than too little. NaN, the end of the text, is no part either.
 */
function isWordPart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a)
}
