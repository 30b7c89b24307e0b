import { lowerAscii, type ByteString } from '../lib/bytes.ts'
import { formatAddress, parseAddress } from '../lib/cidr.ts'
import { spellingsOf } from './spellings.ts'

/** A value that must not be seen, what stands for it, and how it is looked for. Made once for a name, and remembered. */
export interface Secret {
  readonly text: ByteString
  /** `undefined`: nothing stands for it. */
  readonly replacement: ByteString | undefined
  /** The same where only an address may stand. */
  readonly addressReplacement: ByteString | undefined
  /** In lower case of ASCII. */
  readonly lower: ByteString
  /** The one text of an address that has several. */
  readonly address: string | undefined
  /** Its spellings within other texts, each in lower case of ASCII, and with all bytes folded for a quick look. */
  readonly words: readonly Words[]
  /** Too long to be looked for: every text of its length or more is removed. */
  readonly isLong: boolean
  /**
   * For a quick look: the folded form (`toLowerCase`) of every text that holds the secret, in whatever spelling, holds this (the empty text:
   * nothing can be said); or a colon, if the secret is an address. `undefined`: an address that always has a colon.
   */
  readonly mark: string | undefined
}

export interface Words {
  readonly text: ByteString
  readonly folded: string
}

/**
 * Longer secrets are not looked for, as that would take a hostile line's length squared: instead each text that is long enough
 * to hold one is removed. Names are a few dozen bytes.
 */
const LONGEST = 256

/** Makes a secret. `wholeOnly`: it is looked for as a whole value only, as a number would be found in every other path. */
export function secretOf(text: ByteString, replacement: ByteString | undefined, wholeOnly: boolean): Secret {
  const lower = lowerAscii(text)
  const address = canonicalAddress(text)
  const isLong = text.length > LONGEST
  const spellings = isLong || wholeOnly ? [] : address === undefined ? spellingsOf(text) : [lower]
  const words = spellings.map((spelling) => ({ text: spelling, folded: spelling.toLowerCase() }))
  const mark = isLong ? '' : address === undefined ? commonPart(lower.toLowerCase(), words) : addressMark(address)
  const addressReplacement = replacement !== undefined && canonicalAddress(replacement) !== undefined ? replacement : undefined
  return { text, replacement, addressReplacement, lower, address, words, isLong, mark }
}

/** The one text of an address that has several, or `undefined` if the text is none. */
export function canonicalAddress(text: ByteString): string | undefined {
  const first = text.charCodeAt(0)
  // Most texts are no address, and show it at once.
  if (!((first >= 0x30 && first <= 0x39) || text.includes(':'))) return undefined
  const address = parseAddress(text)
  return address && formatAddress(address)
}

/** An IPv4 address without a colon has one form only; all others have a colon. */
function addressMark(address: string): string | undefined {
  return address.includes(':') ? undefined : address
}

/** A text that stands in the whole and in all its spellings: a spelling, or the longest run of ASCII letters and digits; or nothing. */
function commonPart(whole: string, words: readonly Words[]): string {
  const folded = [whole, ...words.map((each) => each.folded)]
  const candidates = [...folded, ...(whole.match(/[a-z0-9]+/g) ?? [])].sort((a, b) => b.length - a.length)
  return candidates.find((candidate) => folded.every((each) => each.includes(candidate))) ?? ''
}
