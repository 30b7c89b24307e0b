import type { ByteString } from '../lib/bytes.ts'

/** Reads `<PRI>` at `at`: 0–191, one to three digits. */
export function readPriority(text: ByteString, at: number): { value: number; end: number } | undefined {
  if (text.charCodeAt(at) !== 0x3c) return undefined
  let value = 0
  for (let position = at + 1; position <= at + 4; position++) {
    const code = text.charCodeAt(position)
    if (code === 0x3e) return position > at + 1 && value <= 191 ? { value, end: position + 1 } : undefined
    if (code < 0x30 || code > 0x39) return undefined
    value = value * 10 + code - 0x30
  }
  return undefined
}

/** Names of the facilities by code, RFC 5424 section 6.2.1 with the keywords of RFC 5427. */
export const FACILITIES: readonly string[] = [
  'kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp',
  'ntp', 'audit', 'console', 'cron2', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7',
]

/** Names of the severities by code, RFC 5427. */
export const SEVERITIES: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

/** Other names of severities, of older syslog.conf and of viewers. */
const SEVERITY_ALIASES: ReadonlyMap<string, string> = new Map([
  ['panic', 'emerg'], ['emergency', 'emerg'], ['critical', 'crit'], ['error', 'err'], ['warn', 'warning'], ['information', 'info'],
])

/** PRI of a facility and a severity in words; `undefined` where one of them is not known. */
export function priorityOfWords(facility: ByteString, severity: ByteString): number | undefined {
  const facilityCode = FACILITIES.indexOf(facility)
  const severityCode = SEVERITIES.indexOf(SEVERITY_ALIASES.get(severity) ?? severity)
  return facilityCode < 0 || severityCode < 0 ? undefined : facilityCode * 8 + severityCode
}
