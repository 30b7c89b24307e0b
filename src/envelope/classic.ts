import type { ByteString } from '../lib/bytes.ts'
import type { Draft } from './envelope.ts'
import { readOrigin } from './origin.ts'
import type { Prefix } from './prefix.ts'
import { priorityOfWords } from './priority.ts'
import { isKnownProgram, isQnapBody } from './programs.ts'
import { readStamp } from './stamp.ts'
import { readTag } from './tag.ts'

const SPACE = 0x20
const COMMA = 0x2c
/** A DNS name has at most 253 characters. */
const HOST_LIMIT = 255

/**
 * Reads a header of the classic family at `at` (behind the PRI): a stamp, then host and tag as far as they are there. This
 * is RFC 3164 as sent, rsyslog's file formats, and the comma templates of Qumulo's tools (`TS,HOST,MSG`, `TS,MSG`).
 * Position of the message, or -1 if there is no stamp.
 */
export function readClassic(text: ByteString, at: number, draft: Draft): number {
  const stamp = readStamp(text, at)
  if (stamp === undefined) return -1
  const separator = text.charCodeAt(stamp.end)
  if (separator === COMMA) {
    draft.stamp = stamp.stamp
    draft.form = 'comma'
    return readCommaHost(text, stamp.end + 1, draft)
  }
  // `Jun  9 10:20:15: %...` and the like: a colon behind the stamp is tolerated.
  const behind = separator === 0x3a ? stamp.end + 1 : stamp.end
  if (text.charCodeAt(behind) !== SPACE && behind !== text.length) return -1
  draft.stamp = stamp.stamp
  draft.form = stamp.stamp.kind === 'bsd' ? 'rfc3164' : 'iso'
  return readOrigin(text, skipBlanks(text, behind), ': ', draft, readHostAndTag)
}

/** Reads the rest of a header whose prefix stands at `at`. Position of the message. */
export function readBehind({ text: { length }, stamp, priority }: Prefix, text: ByteString, at: number, draft: Draft): number {
  draft.stamp = stamp
  draft.form = 'rfc3164'
  const end = readOrigin(text, at + length, ': ', draft, readHostAndTag)
  if (priority !== undefined) draft.priority = priority
  return end
}

export function skipBlanks(text: ByteString, at: number): number {
  let position = at
  while (text.charCodeAt(position) === SPACE) position++
  return position
}

function readHostAndTag(text: ByteString, at: number, draft: Draft): number {
  if (isQnapBody(text, at)) return at
  const hostEnd = text.indexOf(' ', at)
  const host = text.slice(at, hostEnd < 0 ? text.length : hostEnd)
  // No host at all: the tag follows the stamp.
  if (host.endsWith(':') || host.includes('[') || (isKnownProgram(host) && !isKnownProgram(wordAt(text, hostEnd + 1)))) {
    return skipBlanks(text, readTag(text, at, draft))
  }
  if (hostEnd < 0 || !isHost(host)) return at
  draft.hostname = host
  const tagAt = skipBlanks(text, hostEnd)
  // The device's own header behind a relay's: the hour of an ISO stamp would pass for a tag.
  if (readStamp(text, tagAt) !== undefined) return tagAt
  const tagEnd = readTag(text, readSeverityWords(text, tagAt, draft), draft)
  return skipBlanks(text, draft.appname === undefined ? tagAt : skipNilFields(text, tagEnd))
}

/** `qumulo - - - MSG`: an RFC 5424 line printed without its PRI and version (LogFilter's template). */
function skipNilFields(text: ByteString, at: number): number {
  return text.startsWith(' - - - ', at) ? at + 7 : at
}

/** Visual Syslog Server writes the PRI as `daemon info ` before the tag. Only accepted before a program that is known. */
function readSeverityWords(text: ByteString, at: number, draft: Draft): number {
  const firstEnd = wordEnd(text, at)
  if (firstEnd < 0) return at
  const secondEnd = wordEnd(text, firstEnd + 1)
  if (secondEnd < 0 || !isKnownProgram(wordAt(text, secondEnd + 1))) return at
  draft.priority = priorityOfWords(text.slice(at, firstEnd), text.slice(firstEnd + 1, secondEnd))
  return secondEnd + 1
}

/** Position of the blank behind a word of lower-case letters and digits, or -1. */
function wordEnd(text: ByteString, at: number): number {
  for (let position = at; position < at + 16; position++) {
    const code = text.charCodeAt(position)
    if (code === SPACE) return position > at ? position : -1
    if (!((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39))) return -1
  }
  return -1
}

/** The letters at `at`. */
function wordAt(text: ByteString, at: number): ByteString {
  let end = at
  while (end < at + 16 && text.charCodeAt(end) >= 0x61 && text.charCodeAt(end) <= 0x7a) end++
  return text.slice(at, end)
}

/** Behind `TS,`: `HOST,MSG`, `HOST,qumulo  MSG`, or the message itself, which begins with the client's address and a quote. */
function readCommaHost(text: ByteString, at: number, draft: Draft): number {
  const comma = text.indexOf(',', at)
  if (comma < 0 || comma - at > HOST_LIMIT || comma === at) return at
  const next = text.charCodeAt(comma + 1)
  const host = text.slice(at, comma)
  // A quote (straight, or the first byte of a curly one) behind the comma: `10.0.0.1,"user",...`.
  if (next === 0x22 || next === 0xe2 || !isHost(host)) return at
  draft.hostname = host
  const tagEnd = readTag(text, comma + 1, draft)
  return skipBlanks(text, draft.appname === undefined ? comma + 1 : skipNilFields(text, tagEnd))
}

function isHost(host: ByteString): boolean {
  return host.length > 0 && host.length <= HOST_LIMIT && /^[\w.:%-]+$/.test(host)
}
