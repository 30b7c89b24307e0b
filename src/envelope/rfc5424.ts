import type { ByteString } from '../lib/bytes.ts'
import type { Draft } from './envelope.ts'
import { readOrigin } from './origin.ts'
import { readStamp } from './stamp.ts'
import { readStructuredData } from './structured-data.ts'

const SPACE = 0x20
const HYPHEN = 0x2d

/**
 * Reads `VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP SD [SP MSG]` at `at` (behind the PRI), RFC 5424
 * section 6. Position of the message, or -1 if this is no such header (then the draft is untouched). Broken structured
 * data keeps what could be read of it and sets the draft's problem.
 */
export function readRfc5424(text: ByteString, at: number, draft: Draft): number {
  const version = text.charCodeAt(at)
  if (version < 0x31 || version > 0x39 || text.charCodeAt(at + 1) !== SPACE) return -1
  const nil = text.charCodeAt(at + 2) === 0x2d && text.charCodeAt(at + 3) === SPACE
  const stamp = nil ? undefined : readStamp(text, at + 2)
  if (!nil && (stamp === undefined || stamp.stamp.kind === 'bsd' || text.charCodeAt(stamp.end) !== SPACE)) return -1

  const hostnameAt = (stamp?.end ?? at + 3) + 1
  const end = readOrigin(text, hostnameAt, ' - - - ', draft, readFields)
  if (end < 0) return -1
  draft.form = 'rfc5424'
  draft.version = text[at]
  draft.stamp = stamp?.stamp
  return end
}

/** Reads `HOSTNAME SP APP-NAME SP PROCID SP MSGID SP SD [SP]`. */
function readFields(text: ByteString, at: number, draft: Draft): number {
  const hostnameEnd = text.indexOf(' ', at)
  const appnameEnd = hostnameEnd < 0 ? -1 : text.indexOf(' ', hostnameEnd + 1)
  const procidEnd = appnameEnd < 0 ? -1 : text.indexOf(' ', appnameEnd + 1)
  if (procidEnd < 0) return -1
  const msgidEnd = text.indexOf(' ', procidEnd + 1)

  draft.hostname = valueOf(text, at, hostnameEnd)
  draft.appname = valueOf(text, hostnameEnd + 1, appnameEnd)
  // QNAP's APP-NAME is `qulogd:`, with the colon of its RFC 3164 tag.
  if (draft.appname?.endsWith(':')) draft.appname = draft.appname.slice(0, -1)
  draft.procid = valueOf(text, appnameEnd + 1, procidEnd)
  draft.msgid = valueOf(text, procidEnd + 1, msgidEnd < 0 ? text.length : msgidEnd)
  if (msgidEnd < 0) return text.length

  const dataAt = msgidEnd + 1
  if (text.charCodeAt(dataAt) === HYPHEN && text.charCodeAt(dataAt + 1) === SPACE) return dataAt + 2
  if (text.charCodeAt(dataAt) === HYPHEN && dataAt + 1 === text.length) return dataAt + 1
  if (text.charCodeAt(dataAt) !== 0x5b) {
    draft.problem = 'invalid_structured_data'
    return dataAt
  }
  const data = readStructuredData(text, dataAt)
  draft.structuredData = data.elements
  if (!data.complete) draft.problem = 'invalid_structured_data'
  return data.end
}

function valueOf(text: ByteString, from: number, to: number): ByteString | undefined {
  return to === from || (to === from + 1 && text.charCodeAt(from) === 0x2d) ? undefined : text.slice(from, to)
}
