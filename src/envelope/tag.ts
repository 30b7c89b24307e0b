import type { ByteString } from '../lib/bytes.ts'
import type { Draft } from './envelope.ts'
import { isKnownProgram } from './programs.ts'

/** Tags are short: RFC 3164 allows 32 characters, real programs use up to 64. */
const TAG_LIMIT = 64

/**
 * Reads the tag at `at` in any of its forms: `TAG:`, `TAG[PID]:`, `TAG[PID]` (Visual Syslog Server), `TAG:[PID]` (rsyslog's
 * classic formats of an RFC 5424 QNAP line), and a bare word for the programs that are known to come without
 * a colon. Position behind it, or `at` if there is no tag.
 */
export function readTag(text: ByteString, at: number, draft: Draft): number {
  const nameEnd = tagNameEnd(text, at)
  if (nameEnd === at) return at
  const name = text.slice(at, nameEnd)
  let end = nameEnd
  let colon = text.charCodeAt(end) === 0x3a
  if (colon) end++
  const pidEnd = text.charCodeAt(end) === 0x5b ? text.indexOf(']', end) : -1
  const pid = pidEnd > end + 1 && pidEnd - end <= TAG_LIMIT ? text.slice(end + 1, pidEnd) : undefined
  const known = isKnownProgram(name)
  if (pid !== undefined && (!colon || /^\d+$/.test(pid))) {
    draft.structuredDataLost = colon && known
    draft.procid = pid
    end = pidEnd + 1
    if (text.charCodeAt(end) === 0x3a) {
      end++
      colon = true
    }
  } else if (!colon && !known) return at
  if (!colon && !known) {
    draft.procid = undefined
    return at
  }
  draft.appname = name
  return end
}

/** End of a run of characters that a tag may have. */
function tagNameEnd(text: ByteString, at: number): number {
  const limit = Math.min(text.length, at + TAG_LIMIT)
  for (let end = at; end < limit; end++) {
    const code = text.charCodeAt(end)
    if (code === 0x3a || code === 0x5b || code === 0x20) return end
    if (code < 0x21 || code > 0x7e || code === 0x22 || code === 0x2c || code === 0x7b || code === 0x3c) return at
  }
  return text.length < at + TAG_LIMIT ? text.length : at
}
