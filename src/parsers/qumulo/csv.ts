import type { ByteString } from '../../lib/bytes.ts'
import { matchEnd } from '../../lib/match-at.ts'
import { UNPLAIN } from '../../lib/plain-text.ts'
import { IPV4, readAddress } from '../address.ts'
import { excerpt } from './excerpt.ts'
import { AuditRecord } from './record.ts'

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
/** Longest address, host name, protocol, operation, status or file id. */
const WORD_LIMIT = 255
/** Curly quotes, which documents put in place of straight ones. */
const CURLY_QUOTES = /\xe2\x80[\x9c\x9d]/g

/** Letters, digits, and what stands in addresses, host names and identifiers. */
const LETTER = String.raw`[\w.:%-]`
const WORD = `(${LETTER}*)`
const VALUE = `[^${UNPLAIN}]`
/**
 * The usual record: every value is plain, but for a backslash between the domain and the name of the user. One expression reads it twice as
 * fast as indexOf and charCodeAt do field by field, and what it lets through is known to be plain.
 */
const USUAL = new RegExp(`^(?:(${IPV4})|${WORD}),"(${VALUE}+(?:\\\\${VALUE}+)?)",${WORD},${WORD},${WORD},${WORD},"(${VALUE}*)","(${VALUE}*)"$`)

/**
 * Reads the CSV body of an audit record:
 *
 *     USER_IP,"USER",PROTOCOL,OPERATION,STATUS,FILE_ID,"PATH","TARGET_PATH"
 *
 * Quotes within the three quoted fields are doubled, backslashes are literal. The first six fields are read from the left
 * by their own grammar, so that nothing in a path can pass for them. Where the quotes are not right, a tolerant reading
 * is used and `repaired` set. Source: Qumulo, "Audit logging"; the node column between the first two fields is
 * printed by several of its tools.
 *
 * `undefined` if the body does not begin like one: with a word and a quoted field, or an address and a comma.
 */
export function readCsv(body: ByteString): AuditRecord | undefined {
  return readUsual(body) ?? readAny(body)
}

function readUsual(body: ByteString): AuditRecord | undefined {
  const fields = USUAL.exec(body)
  if (fields === null) return undefined
  const record = new AuditRecord()
  record.isPlain = true
  record.marksDirectories = true
  record.ip = fields[1]
  record.address = fields[1] ?? (fields[2] as ByteString)
  record.account = fields[3] as ByteString
  record.protocol = fields[4] as ByteString
  record.operation = fields[5] as ByteString
  record.status = fields[6] as ByteString
  record.fileId = fields[7] as ByteString
  record.path = fields[8] as ByteString
  record.target = fields[9] as ByteString
  const { address, protocol, operation, status, fileId } = record
  const longest = Math.max(address.length, protocol.length, operation.length, status.length, fileId.length)
  return longest > WORD_LIMIT ? undefined : record
}

function readAny(body: ByteString): AuditRecord | undefined {
  const text = trimBehindQuote(body)
  const addressEnd = wordEnd(text, 0)
  if (addressEnd < 0) return undefined
  const record = new AuditRecord()
  record.marksDirectories = true
  record.address = text.slice(0, addressEnd)
  let user = addressEnd + 1
  if (!isQuote(text, user)) {
    const nodeEnd = wordEnd(text, user)
    if (!isAddress(record.address)) return undefined
    if (nodeEnd < 0 || !isQuote(text, nodeEnd + 1)) {
      record.broken = `expected "USER" behind the address, found ${excerpt(text, user)}`
      return record
    }
    record.node = text.slice(user, nodeEnd)
    record.repaired = true
    user = nodeEnd + 1
  }
  if (text.charCodeAt(user) === QUOTE) readFields(text, user, record)
  else {
    record.repaired = true
    readFields(text.slice(user).replace(CURLY_QUOTES, '"'), 0, record)
  }
  return record
}

/** Reads the fields from the user's opening quote on. */
function readFields(text: ByteString, at: number, record: AuditRecord): void {
  const from = at + 1
  const userEnd = closingQuote(text, from)
  let pathQuote = readWords(text, userEnd + 1, record)
  if (pathQuote >= 0) record.account = unquote(text, from, userEnd)
  else {
    // Quotes in the user that are not doubled: the first quote behind which the next four fields stand is the closing one. (A later
    // one may lie in the path.)
    let quote = text.indexOf('"', from)
    while (quote >= 0 && pathQuote < 0) {
      pathQuote = readWords(text, quote + 1, record)
      if (pathQuote >= 0) {
        record.account = unescapeLoosely(text.slice(from, quote))
        record.repaired = true
      }
      quote = text.indexOf('"', quote + 1)
    }
  }
  if (pathQuote >= 0) {
    readPaths(text, pathQuote + 1, record)
    return
  }
  if (userEnd < text.length) record.account = unquote(text, from, userEnd)
  if (userEnd === text.length || isCutWords(text, userEnd + 1)) {
    record.truncated = true
    readCutWords(text, userEnd + 1, record)
  } else record.broken = `expected ,PROTOCOL,OPERATION,STATUS,FILE_ID,"PATH" behind the user, found ${excerpt(text, userEnd + 1)}`
}

/**
 * Reads `,PROTOCOL,OPERATION,STATUS,FILE_ID,"` at `at`. Position of the quote; or -1, with nothing set, if something else
 * stands there.
 */
function readWords(text: ByteString, at: number, record: AuditRecord): number {
  if (text.charCodeAt(at) !== COMMA) return -1
  const protocol = wordEnd(text, at + 1)
  const operation = protocol < 0 ? -1 : wordEnd(text, protocol + 1)
  const status = operation < 0 ? -1 : wordEnd(text, operation + 1)
  const fileId = status < 0 ? -1 : wordEnd(text, status + 1)
  if (fileId < 0 || text.charCodeAt(fileId + 1) !== QUOTE) return -1
  record.protocol = text.slice(at + 1, protocol)
  record.operation = text.slice(protocol + 1, operation)
  record.status = text.slice(operation + 1, status)
  record.fileId = text.slice(status + 1, fileId)
  return fileId + 1
}

/** Up to four words, the last of which may be cut, and nothing behind them. */
const CUT_WORDS = new RegExp(`(?:,${LETTER}{0,${WORD_LIMIT}}){0,4},?$`, 'y')

function isCutWords(text: ByteString, at: number): boolean {
  return matchEnd(CUT_WORDS, text, at) >= 0
}

/** Sets the words that a comma closes: the last one may be a part of a word. */
function readCutWords(text: ByteString, at: number, record: AuditRecord): void {
  const [, protocol, operation, status, fileId] = text.slice(at).split(',').slice(0, -1)
  record.protocol = protocol
  record.operation = operation
  record.status = status
  record.fileId = fileId
}

/** Reads `PATH","TARGET"` behind the path's opening quote. */
function readPaths(text: ByteString, at: number, record: AuditRecord): void {
  const pathEnd = closingQuote(text, at)
  if (pathEnd === text.length || pathEnd + 1 === text.length || (pathEnd + 2 === text.length && text.charCodeAt(pathEnd + 1) === COMMA)) {
    record.path = unquote(text, at, pathEnd)
    record.truncated = true
    return
  }
  if (text.charCodeAt(pathEnd + 1) === COMMA && text.charCodeAt(pathEnd + 2) === QUOTE) {
    const target = pathEnd + 3
    const targetEnd = closingQuote(text, target)
    if (targetEnd >= text.length - 1) {
      record.path = unquote(text, at, pathEnd)
      record.target = unquote(text, target, targetEnd)
      if (targetEnd === text.length) endsWithoutQuote(record, record.target)
      return
    }
  }
  readLoosePaths(text.slice(at), record)
}

/** Reads `PATH","TARGET"` with quotes that are not doubled: the last `","` parts them. */
function readLoosePaths(rest: ByteString, record: AuditRecord): void {
  record.repaired = true
  const closed = rest.endsWith('"')
  const fields = closed ? rest.slice(0, -1) : rest
  const comma = fields.lastIndexOf('","')
  if (comma < 0) {
    record.path = unescapeLoosely(fields)
    record.truncated = true
    return
  }
  record.path = unescapeLoosely(fields.slice(0, comma))
  record.target = unescapeLoosely(fields.slice(comma + 3))
  if (!closed) endsWithoutQuote(record, record.target)
}

/** The last quote is missing: an empty target without it is printed in the documentation, one with text was cut. */
function endsWithoutQuote(record: AuditRecord, target: ByteString): void {
  if (target === '') record.repaired = true
  else record.truncated = true
}

/** Position of the comma that ends the word at `at`, or -1 if something else than a word stands there. */
function wordEnd(text: ByteString, at: number): number {
  const limit = Math.min(text.length, at + WORD_LIMIT + 1)
  for (let position = at; position < limit; position++) {
    const code = text.charCodeAt(position)
    if (code === COMMA) return position
    if (IS_WORD[code] !== 1) return -1
  }
  return -1
}

/** By character code. */
const IS_WORD = Uint8Array.from({ length: 256 }, (_, code) => (new RegExp(LETTER).test(String.fromCharCode(code)) ? 1 : 0))

/** Blanks behind the last quote are none of the record's. */
function trimBehindQuote(body: ByteString): ByteString {
  let end = body.length
  while (body.charCodeAt(end - 1) === SPACE) end--
  return end < body.length && body.charCodeAt(end - 1) === QUOTE ? body.slice(0, end) : body
}

/** `W.X.Y.Z` is how the documentation blots out an address. */
function isAddress(word: ByteString): boolean {
  return word === 'W.X.Y.Z' || readAddress(word) !== undefined
}

function isQuote(text: ByteString, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === QUOTE || (code === 0xe2 && (text.startsWith('\xe2\x80\x9c', at) || text.startsWith('\xe2\x80\x9d', at)))
}

/**
 * Position of the quote that closes a field; the end of the text if there is none. A doubled quote does not close. The last quote of
 * the text has nothing behind it: to ask for that character all the same would cost every `charCodeAt` here its fast path in V8.
 */
function closingQuote(text: ByteString, from: number): number {
  const last = text.length - 1
  let quote = text.indexOf('"', from)
  while (quote >= 0 && quote < last && text.charCodeAt(quote + 1) === QUOTE) quote = text.indexOf('"', quote + 2)
  return quote < 0 ? text.length : quote
}

function unquote(text: ByteString, from: number, to: number): ByteString {
  const value = text.slice(from, to)
  return value.includes('"') ? value.replaceAll('""', '"') : value
}

/** Undoes both `""` and `\"`: which of them a broken line meant cannot be told. */
function unescapeLoosely(value: ByteString): ByteString {
  return value.replace(/\\"|""/g, '"')
}
