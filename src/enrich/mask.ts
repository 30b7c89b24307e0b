import { lowerAscii, type ByteString } from '../lib/bytes.ts'
import { formatAddress, parseAddress } from '../lib/cidr.ts'

/** A value that must not be seen, and what stands for it; `undefined`: nothing. */
export interface Secret {
  readonly text: ByteString
  readonly replacement: ByteString | undefined
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

/** A mask for the secrets of one event: a handful. Secrets are found as whole words, in either case of ASCII. */
export function createMask(secrets: readonly Secret[]): Mask {
  // The longest first: of `ACME\bob` and `bob`, the one must not be broken by the other.
  const wanted = secrets
    .map(({ text, replacement }) => ({ text: lowerAscii(text), folded: text.toLowerCase(), replacement, address: canonical(text) }))
    .sort((a, b) => b.text.length - a.text.length)
  /** Most texts hold no secret. Bytes of other characters are changed by this, so that it may err, but only by a yes. */
  const mayHold = (text: ByteString): boolean => {
    const folded = text.toLowerCase()
    for (const secret of wanted) if (isTooLong(secret.text) ? text.length >= secret.text.length : folded.includes(secret.folded)) return true
    return canonical(text) !== undefined
  }
  const whole = (text: ByteString, lower: ByteString) => {
    const address = canonical(text)
    for (const secret of wanted) {
      if (secret.text === lower || (address !== undefined && secret.address === address)) return secret
    }
    return undefined
  }
  return {
    text(text) {
      if (!mayHold(text)) return text
      let lower = lowerAscii(text)
      const secret = whole(text, lower)
      if (secret !== undefined) return secret.replacement
      let masked = text
      for (const { text: name, replacement } of wanted) {
        if (isTooLong(name)) {
          if (text.length >= name.length) return REMOVED
          continue
        }
        if (!lower.includes(name)) continue
        masked = replaceWords(masked, lower, name, replacement ?? REMOVED)
        lower = lowerAscii(masked)
      }
      return masked
    },
    address(text) {
      if (!mayHold(text)) return text
      const secret = whole(text, lowerAscii(text))
      if (secret === undefined) return text
      return secret.replacement !== undefined && canonical(secret.replacement) !== undefined ? secret.replacement : undefined
    },
  }
}

function isTooLong(secret: ByteString): boolean {
  return secret.length > LONGEST
}

/** The one text of an address that has several, or `undefined` if the text is none. */
function canonical(text: ByteString): string | undefined {
  const first = text.charCodeAt(0)
  // Most texts are no address, and show it at once.
  if (!((first >= 0x30 && first <= 0x39) || text.includes(':'))) return undefined
  const address = parseAddress(text)
  return address && formatAddress(address)
}

/** Replaces a word or words where they do not go on as a longer word. `lower` is the text in lower case, as the words are. */
function replaceWords(text: ByteString, lower: ByteString, words: ByteString, replacement: ByteString): ByteString {
  let at = lower.indexOf(words)
  let masked = ''
  let from = 0
  while (at >= 0) {
    const end = at + words.length
    const continues =
      (isWordPart(lower.charCodeAt(at - 1)) && isWordPart(lower.charCodeAt(at))) ||
      (isWordPart(lower.charCodeAt(end)) && isWordPart(lower.charCodeAt(end - 1)))
    if (!continues) {
      masked += text.slice(from, at) + replacement
      from = end
    }
    at = lower.indexOf(words, continues ? at + 1 : end)
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
