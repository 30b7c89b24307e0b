import type { ByteString } from '../lib/bytes.ts'
import { matchEnd } from '../lib/match-at.ts'
import { readBehind, readClassic, skipBlanks } from './classic.ts'
import { draftOf, type Draft, type Envelope } from './envelope.ts'
import { keepPrefix, prefixAt } from './prefix.ts'
import { readPriority } from './priority.ts'
import { isKnownProgram, isQnapBody } from './programs.ts'
import { readRfc5424 } from './rfc5424.ts'
import { isTemplateLine, readTemplateLine } from './rsyslog-template.ts'
import { readStamp, withYearOf, type Stamp } from './stamp.ts'

/** Headers that relays may stack before the device's own. */
const MAX_HEADERS = 4

/** Reads the header of a line, in whatever form it is. Total: a line without any header is all body. */
export function readEnvelope(line: ByteString): Envelope {
  const text = trimEnd(line)
  if (!isTemplateLine(text)) return readLine(line, text)

  const reported = readTemplateLine(text)
  if (reported === undefined) {
    const broken = draftOf(line)
    broken.body = text
    broken.problem = 'invalid_envelope'
    return broken
  }
  const draft = readLine(reported.raw, trimEnd(reported.raw))
  draft.received = reported.received
  draft.sender = reported.sender
  draft.priority ??= reported.priority
  // rsyslog guesses a host for text without header (`<30>just text` gives `just`): its word counts only with no header at all.
  if (draft.form === 'bare') draft.hostname = reported.host
  return draft
}

function readLine(line: ByteString, text: ByteString): Draft {
  const draft = draftOf(line)
  let at = Math.max(readFirstHeader(text, draft), skipBlanks(text, 0))
  if (text.startsWith('\xef\xbb\xbf', at)) at += 3
  draft.body = unwrapRepeated(at === 0 ? text : text.slice(at), draft)
  return draft
}

/** Reads the headers, and what collectors write before them. Position of the message, or -1 where there is no header. */
function readFirstHeader(text: ByteString, draft: Draft): number {
  const first = text.charCodeAt(0)
  // The `%msg%` of rsyslog begins with a blank.
  if (first < 0x30 || first > 0x39) return readHeaders(text, first === 0x20 ? skipBlanks(text, 0) : 0, draft, 1)
  const archive = readArchivePrefix(text)
  if (archive !== undefined) {
    const end = readHeaders(text, archive.end, draft, 1)
    if (draft.stamp !== undefined) draft.stamp = withYearOf(draft.stamp, archive.stamp)
    return end
  }
  const counted = skipOctetCount(text)
  if (counted > 0) return readHeaders(text, counted, draft, 1)
  const behindAddress = skipRelayAddress(text, 0)
  return behindAddress > 0 ? readInner(text, behindAddress, draft, 1) : readHeaders(text, 0, draft, 1)
}

/**
 * Reads the header at `at`, and if no program is named in it, the header that stands behind it: a relay put its own before
 * the device's. Position of the message, or -1 where there is no header.
 */
function readHeaders(text: ByteString, at: number, draft: Draft, depth: number): number {
  const end = readHeader(text, at, draft)
  if (end < 0 || draft.appname !== undefined || depth === MAX_HEADERS || isQnapBody(text, end)) return end
  const innerEnd = readInner(text, skipRelayAddress(text, end), draft, depth + 1)
  return innerEnd < 0 ? end : innerEnd
}

/**
 * Reads the header at `at` into the draft of the one before it, if it leads to a program or message that is known: the text of an
 * ordinary message must not pass for a header. Position of the message, or -1 with the draft untouched.
 */
function readInner(text: ByteString, at: number, draft: Draft, depth: number): number {
  const inner = draftOf(draft.line)
  const end = readHeaders(text, at, inner, depth)
  if (end < 0) return -1
  if (!(inner.appname === undefined ? isQnapBody(text, end) : isKnownProgram(inner.appname))) return -1
  inner.priority ??= draft.priority
  if (inner.stamp !== undefined && draft.stamp !== undefined) inner.stamp = withYearOf(inner.stamp, draft.stamp)
  Object.assign(draft, inner)
  return end
}

/** Reads one header at `at`: PRI and RFC 5424 or classic. Position behind it, or -1 where there is none. */
function readHeader(text: ByteString, at: number, draft: Draft): number {
  const prefix = prefixAt(text, at)
  if (prefix !== undefined) return skipBlanks(text, readBehind(prefix, text, at, draft))
  const priority = readPriority(text, at)
  const behind = priority?.end ?? at
  let end = readRfc5424(text, behind, draft)
  if (end < 0) {
    const stampAt = skipBlanks(text, behind)
    end = readClassic(text, stampAt, draft)
    if (end >= 0) keepPrefix(text, at, stampAt, draft, priority?.value)
  }
  if (end < 0 && priority === undefined) return -1
  // A header without PRI may say it in words.
  if (priority !== undefined) draft.priority = priority.value
  return end < 0 ? skipBlanks(text, behind) : skipBlanks(text, end)
}

/** OSSEC's archive prefix: `2024 May 15 01:02:59 (agent) any->C:\path\syslog `. */
const ARCHIVE_PREFIX = /^\d{4} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:\([^)]{0,128}\) )?\S{1,128}->\S{1,512} /

/** The stamp of the archive, and the position behind its prefix. */
function readArchivePrefix(text: ByteString): { stamp: Stamp; end: number } | undefined {
  if (text.charCodeAt(4) !== 0x20) return undefined
  const prefix = ARCHIVE_PREFIX.exec(text)
  const written = prefix === null ? undefined : readStamp(text, 5)
  if (prefix === null || written?.stamp.kind !== 'bsd') return undefined
  return { stamp: { ...written.stamp, year: Number(text.slice(0, 4)) }, end: skipRelayAddress(text, prefix[0].length) }
}

/** The octet count of RFC 6587, which a receiver that splits at line feeds leaves before the PRI: `342 <30>Jun  9 ...`. */
const OCTET_COUNT = /^\d{1,7} (?=<\d{1,3}>)/

function skipOctetCount(text: ByteString): number {
  const count = OCTET_COUNT.exec(text)
  return count === null ? 0 : count[0].length
}

/** An address that a relay (Visual Syslog Server) writes before the device's stamp: `192.168.30.3 May 14 18:02:56 ...`. */
const RELAY_ADDRESS = /[\d.]{7,15} (?=[A-Z][a-z]{2} [ \d]|\d{4}-)/y

function skipRelayAddress(text: ByteString, at: number): number {
  const end = matchEnd(RELAY_ADDRESS, text, at)
  return end < 0 ? at : end
}

/** Without CR, NUL and LF at the end, raw or as rsyslog escapes them (`#015`, `#000`, `#012`). */
function trimEnd(line: ByteString): ByteString {
  let end = line.length
  for (;;) {
    const code = line.charCodeAt(end - 1)
    if (code === 0x0d || code === 0x00 || code === 0x0a) end--
    else if (code >= 0x30 && code <= 0x35 && /^#0(?:15|00|12)$/.test(line.slice(end - 4, end))) end -= 4
    else return end === line.length ? line : line.slice(0, end)
  }
}

const REPEATED = /^message repeated (\d{1,9}) times: \[ ?/

/** Unwraps what rsyslog's $RepeatedMsgReduction makes of equal messages. Its inner text may have been cut: the bracket may be missing. */
function unwrapRepeated(body: ByteString, draft: Draft): ByteString {
  if (!body.startsWith('message repeated ')) return body
  const head = REPEATED.exec(body)
  if (head === null) return body
  draft.repeatCount = Number(head[1])
  return body.slice(head[0].length, body.endsWith(']') ? -1 : undefined)
}
