import { toBytes, type ByteString } from '../lib/bytes.ts'
import { isIsoTime } from './iso-time.ts'

/**
 * What naslog's own rsyslog template carries: the message as it came over the wire, and what rsyslog knows about it.
 * The template (rsyslog/*.conf) writes one JSON object a line with the keys in this order:
 * `{"rcv":"2026-06-09T10:20:15.123456+02:00","ip":"192.0.2.10","host":"NAS","pri":"30","raw":"<30>Jun  9 ..."}`
 * Earlier drop-ins wrote the PRI as a number, and a blank behind each comma.
 */
export interface Reported {
  readonly received: ByteString | undefined
  readonly sender: ByteString | undefined
  readonly host: ByteString | undefined
  readonly priority: number | undefined
  readonly raw: ByteString
}

const HEAD = /^\{\s*"rcv":\s*"/
/** The head up to the raw message, where no value holds an escape: the rule. */
const FIELDS = /^\{\s*"rcv":\s*"([^"\\]*)",\s*"ip":\s*"([^"\\]*)",\s*"host":\s*"([^"\\]*)",\s*"pri":\s*"?(\d{1,3})"?,\s*"raw":\s*"/

/** True if the line was written by the template. */
export function isTemplateLine(line: ByteString): boolean {
  return line.startsWith('{"rcv":"') || (line.charCodeAt(0) === 0x7b && HEAD.test(line))
}

/** Reads a line of the template; `undefined` if its JSON is broken. */
export function readTemplateLine(line: ByteString): Reported | undefined {
  const fields = FIELDS.exec(line)
  const end = line.endsWith('"}') ? line.length - 2 : line.endsWith('" }') ? line.length - 3 : -1
  if (fields !== null && end >= fields[0].length) {
    const raw = line.slice(fields[0].length, end)
    const text = raw.includes('\\') ? unescape(raw) : raw.includes('"') ? undefined : raw
    if (text !== undefined) return reported(fields[1], fields[2], fields[3], Number(fields[4]), text)
  }
  return readAnyOrder(line)
}

/** JSON string content to text; `undefined` if it is not the content of one JSON string. */
function unescape(content: ByteString): ByteString | undefined {
  try {
    const text: unknown = JSON.parse('"' + content + '"')
    // rsyslog escapes control characters only, but `\u00e9` from elsewhere must become the bytes of the é.
    return typeof text !== 'string' ? undefined : content.includes('\\u') ? escapesToBytes(content) : text
  } catch {
    return undefined
  }
}

/** Decodes a literal that mixes raw UTF-8 bytes and `\u` escapes. */
function escapesToBytes(content: ByteString): ByteString {
  return toBytes(JSON.parse('"' + Buffer.from(content, 'latin1').toString('utf8') + '"') as string)
}

function readAnyOrder(line: ByteString): Reported | undefined {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(line, 'latin1').toString('utf8'))
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const members = new Map(Object.entries(value))
  const text = (key: string): ByteString | undefined => {
    const member: unknown = members.get(key)
    return typeof member === 'string' ? toBytes(member) : undefined
  }
  const raw = text('raw')
  return raw === undefined ? undefined : reported(text('rcv'), text('ip'), text('host'), priorityOf(members.get('pri')), raw)
}

/** A number, or its digits as text; NaN for anything else (`null` would be 0). */
function priorityOf(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN
}

function reported(
  received: ByteString | undefined,
  sender: ByteString | undefined,
  host: ByteString | undefined,
  priority: number,
  raw: ByteString,
): Reported {
  return {
    received: received !== undefined && isIsoTime(received) ? received : undefined,
    sender: sender || undefined,
    host: host || undefined,
    // rsyslog reports 13 (user.notice) for a message that came without PRI.
    priority: Number.isInteger(priority) && priority >= 0 && priority <= 191 && priority !== 13 ? priority : undefined,
    raw,
  }
}
