import { lowerAscii, type ByteString } from '../lib/bytes.ts'
import { formatAddress, parseAddress } from '../lib/cidr.ts'
import { spellingsOf } from './spellings.ts'

/** A value that must not be seen, and what stands for it; `undefined`: nothing. */
export interface Secret {
  readonly text: ByteString
  readonly replacement: ByteString | undefined
  /** It is looked for as a whole value only: a number would be found in every other path. */
  readonly wholeOnly?: boolean
}

/** Replaces secrets wherever they stand. */
export interface Mask {
  /** The text without secrets; `undefined` if it was one for which nothing stands. */
  text(text: ByteString): ByteString | undefined
  /** The same for a text that must stay an address. */
  address(text: ByteString): ByteString | undefined
}

/**
 * Longer secrets are not looked for, as that would take a hostile line's length squared: instead each text that is long enough
 * to hold one is removed. Names are a few dozen bytes.
 */
const LONGEST = 256

/** What stands within a text for a secret for which nothing stands. */
const REMOVED = '[removed]'

/** Where a secret stands in a text, and what is to stand there. */
interface Place {
  readonly start: number
  readonly end: number
  readonly replacement: ByteString
}

/** A secret that may be all of a text, in lower case of ASCII; an address in any of its forms. */
interface Whole {
  readonly lower: ByteString
  readonly address: string | undefined
  readonly replacement: ByteString | undefined
}

/** A spelling of a secret as it is looked for: in lower case of ASCII, and with all bytes folded for a quick look. */
interface Words {
  readonly text: ByteString
  readonly folded: string
  readonly replacement: ByteString
}

/** A mask for the secrets of one event: a handful. Secrets are found as whole words, in either case, and as URLs, JSON and CSV write them. */
export function createMask(secrets: readonly Secret[]): Mask {
  const wholes: Whole[] = []
  const wanted: Words[] = []
  let tooLong = Infinity
  for (const { text, replacement, wholeOnly } of secrets) {
    const lower = lowerAscii(text)
    const address = canonical(text)
    wholes.push({ lower, address, replacement })
    if (text.length > LONGEST) tooLong = Math.min(tooLong, text.length)
    else if (wholeOnly !== true) {
      for (const words of address === undefined ? spellingsOf(text) : [lower]) {
        wanted.push({ text: words, folded: words.toLowerCase(), replacement: replacement ?? REMOVED })
      }
    }
  }
  const wholeSecret = (text: ByteString, address: string | undefined): Whole | undefined => {
    for (const whole of wholes) {
      if (whole.lower.length === text.length && whole.lower === lowerAscii(text)) return whole
      if (address !== undefined && whole.address === address) return whole
    }
    return undefined
  }
  return {
    text(text) {
      const address = canonical(text)
      const secret = wholeSecret(text, address)
      if (secret !== undefined) return secret.replacement
      // Nobody's name is a part of an address.
      if (address !== undefined) return text
      if (text.length >= tooLong) return REMOVED
      // Most texts hold no secret. Bytes of other characters are changed by this, so that it may err, but only by a yes.
      const folded = text.toLowerCase()
      let places: Place[] | undefined
      for (const words of wanted) if (folded.includes(words.folded)) addPlaces((places ??= []), lowerAscii(text), words)
      return places === undefined ? text : replaceAll(text, places)
    },
    address(text) {
      const secret = wholeSecret(text, canonical(text))
      if (secret === undefined) return text
      return secret.replacement !== undefined && canonical(secret.replacement) !== undefined ? secret.replacement : undefined
    },
  }
}

/** The one text of an address that has several, or `undefined` if the text is none. */
function canonical(text: ByteString): string | undefined {
  const first = text.charCodeAt(0)
  // Most texts are no address, and show it at once.
  if (!((first >= 0x30 && first <= 0x39) || text.includes(':'))) return undefined
  const address = parseAddress(text)
  return address && formatAddress(address)
}

/** Adds where words stand that do not go on as a longer word, also where they overlap. */
function addPlaces(places: Place[], lower: ByteString, { text: words, replacement }: Words): void {
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
