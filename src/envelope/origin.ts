import { copyOf, type ByteString } from '../lib/bytes.ts'
import type { Draft, Envelope } from './envelope.ts'
import { isKnownProgram } from './programs.ts'

/** What a header says behind its stamp: which program on which device logs. The same in line after line. */
type Origin = Pick<Envelope, 'hostname' | 'appname' | 'procid' | 'msgid' | 'structuredDataLost' | 'priority'>

/** Longest text that is remembered: host and program have at most 255 and 64 characters. */
const LONGEST = 400
/** What stands there is decided by strangers: at this bound the memory begins anew. */
const LIMIT = 1024

const origins = new Map<ByteString, Origin>()

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
  const markAt = text.indexOf(mark, at)
  const end = markAt + mark.length
  if (markAt < 0 || end - at > LONGEST || isPunctuation(text.charCodeAt(end))) return read(text, at, draft)
  const written = text.slice(at, end)
  const known = origins.get(written)
  if (known !== undefined) {
    draft.hostname = known.hostname
    draft.appname = known.appname
    draft.procid = known.procid
    draft.msgid = known.msgid
    draft.structuredDataLost = known.structuredDataLost
    draft.priority = known.priority
    return end
  }
  const readEnd = read(text, at, draft)
  if (readEnd === end && draft.appname !== undefined && isKnownProgram(draft.appname)) remember(written, draft)
  return readEnd
}

/** A blank or a hyphen behind the mark might belong to the header, too. */
function isPunctuation(code: number): boolean {
  return code === 0x20 || code === 0x2d
}

/** Keeps copies: a slice would keep the block that the line was read with. */
function remember(written: ByteString, { hostname, appname, procid, msgid, structuredDataLost, priority }: Draft): void {
  if (origins.size >= LIMIT) origins.clear()
  origins.set(copyOf(written), {
    hostname: hostname && copyOf(hostname),
    appname: appname && copyOf(appname),
    procid: procid && copyOf(procid),
    msgid: msgid && copyOf(msgid),
    structuredDataLost,
    priority,
  })
}
