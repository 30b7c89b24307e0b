import { fromBytes, lowerAscii, toBytes, type ByteString } from '../lib/bytes.ts'

/**
 * How a name may stand in other texts, each in lower case of ASCII: without what it begins or ends with that is no letter or digit
 * (file systems strip blanks and dots; a QNAP writes `*` for some characters), in either case and in both normal forms of Unicode (macOS
 * writes an é as two characters), as URLs, JSON and CSV write it. None of a name without letters and digits: it tells nothing, and
 * looking for it would let a computer that is called `.` hide all paths.
 */
export function spellingsOf(name: ByteString): ByteString[] {
  const core = /[A-Za-z0-9\x80-\xff](?:[^]*[A-Za-z0-9\x80-\xff])?/.exec(name)?.[0]
  if (core === undefined) return []
  const spellings = new Set([name, core])
  // A name of ASCII letters, digits and what neither URLs nor JSON escape is always written the same.
  if (/[^A-Za-z0-9_.~-]/.test(name)) for (const each of [name, core]) for (const spelling of otherSpellings(fromBytes(each))) spellings.add(toBytes(spelling))
  return [...new Set([...spellings].map(lowerAscii))]
}

function otherSpellings(name: string): string[] {
  const lower = name.toLowerCase()
  const cases = [name, lower, name.toUpperCase(), lower.replace(/(?<![\p{L}\p{N}])\p{L}/gu, (letter) => letter.toUpperCase())]
  const forms = cases.flatMap((each) => [each, each.normalize('NFC'), each.normalize('NFD')])
  return forms.flatMap((each) => [each, encodeURIComponent(each), JSON.stringify(each).slice(1, -1), each.replaceAll('"', '""')])
}
