import { copyOf, internOf, type ByteString } from '../lib/bytes.ts'
import { isPlain } from '../lib/plain-text.ts'
import { startsAt } from '../lib/starts-at.ts'
import type { Draft, Envelope } from './envelope.ts'
import { isKnownProgram } from './programs.ts'

const SPACE = 0x20

/** What a header says behind its stamp: which program on which device logs. The same in line after line. */
type Origin = Pick<Envelope, 'hostname' | 'appname' | 'procid' | 'msgid' | 'structuredDataLost' | 'priority' | 'isPlain'>

/** An origin and the text that it was read from. */
interface Known extends Origin {
  readonly written: ByteString
  readonly mark: string
}

/** Longest text that is remembered: host and program have at most 255 and 64 characters. */
const LONGEST = 400
/** Each device has its place by its name. What stands there is decided by strangers: the last one keeps the place. */
const PLACES = 1024

const origins: (Known | undefined)[] = new Array(PLACES).fill(undefined)

/**
 * Reads the origin at `at` by `read`, or remembers what was read of the same text before. `mark` is what such a text ends with. Nobody
 * can see the memory, because what `read` makes of an origin does not depend on what follows it: only that of a known program
 * is remembered, if it was read up to the mark and to no other place. Position behind the origin, as of `read`.
 */
export function readOrigin(
  text: ByteString,
  at: number,
  mark: string,
  draft: Draft,
  read: (text: ByteString, at: number, draft: Draft) => number,
): number {
  const place = placeOf(text, at)
  const known = origins[place]
  if (known !== undefined && startsAt(text, known.written, at)) {
    const end = at + known.written.length
    if (known.mark === mark && !isPunctuation(text, end)) {
      draft.hostname = known.hostname
      draft.appname = known.appname
      draft.procid = known.procid
      draft.msgid = known.msgid
      draft.structuredDataLost = known.structuredDataLost
      draft.priority = known.priority
      draft.isPlain = known.isPlain
      return end
    }
  }
  const end = read(text, at, draft)
  if (end > at && end - at <= LONGEST && draft.appname !== undefined && isKnownProgram(draft.appname) && !isPunctuation(text, end)) {
    const written = text.slice(at, end)
    if (written.indexOf(mark) === written.length - mark.length && written.endsWith(mark)) {
      draft.isPlain = isPlain(written)
      origins[place] = keep(written, mark, draft)
    }
  }
  return end
}

/** A number below the number of places for the word at `at`. A hash of all the text, as in a Map, costs three times as much. */
function placeOf(text: ByteString, at: number): number {
  const limit = Math.min(text.length, at + 64)
  let hash = 0
  for (let position = at; position < limit; position++) {
    const code = text.charCodeAt(position)
    if (code === SPACE) break
    hash = (hash * 31 + code) | 0
  }
  return hash & (PLACES - 1)
}

/** A blank or a hyphen behind the mark might belong to the header, too. */
function isPunctuation(text: ByteString, at: number): boolean {
  const code = at < text.length ? text.charCodeAt(at) : 0
  return code === SPACE || code === 0x2d
}

/** Keeps copies: a slice would keep the block that the line was read with. */
function keep(written: ByteString, mark: string, { hostname, appname, procid, msgid, structuredDataLost, priority, isPlain }: Draft): Known {
  return {
    written: copyOf(written),
    mark,
    hostname: hostname && internOf(hostname),
    appname: appname && internOf(appname),
    procid: procid && internOf(procid),
    msgid: msgid && internOf(msgid),
    structuredDataLost,
    priority,
    isPlain,
  }
}
