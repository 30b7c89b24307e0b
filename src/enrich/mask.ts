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

/** What stands within a text for a secret for which nothing stands. */
const REMOVED = '[removed]'

/** A mask for the secrets of one event: a handful. Secrets are found as whole words, in either case of ASCII. */
export function createMask(secrets: readonly Secret[]): Mask {
  // The longest first: of `ACME\bob` and `bob`, the one must not be broken by the other.
  const wanted = secrets
    .map(({ text, replacement }) => ({ text: lowerAscii(text), replacement, address: canonical(text) }))
    .sort((a, b) => b.text.length - a.text.length)
  const whole = (text: ByteString) => {
    const lower = lowerAscii(text)
    const address = canonical(text)
    return wanted.find((secret) => secret.text === lower || (address !== undefined && secret.address === address))
  }
  return {
    text(text) {
      const secret = whole(text)
      if (secret !== undefined) return secret.replacement
      let masked = text
      for (const { text: name, replacement } of wanted) masked = replaceWords(masked, name, replacement ?? REMOVED)
      return masked
    },
    address(text) {
      const secret = whole(text)
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

/** Replaces a word or words, given in lower case, where they do not go on as a longer word. */
function replaceWords(text: ByteString, words: ByteString, replacement: ByteString): ByteString {
  const lower = lowerAscii(text)
  let at = lower.indexOf(words)
  if (at < 0) return text
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
