import type { ByteString } from '../lib/bytes.ts'
import type { Problem } from '../problem.ts'
import type { Stamp } from './stamp.ts'
import type { StructuredElement } from './structured-data.ts'

/** Form of the (innermost) header that was recognised. */
export type EnvelopeForm = 'rfc5424' | 'rfc3164' | 'iso' | 'comma' | 'bare'

/** What stands around the message: the header in any of its forms, as slices of the line. Absent is `undefined`. */
export interface Envelope {
  readonly form: EnvelopeForm
  /** The line as the device (or the last relay) sent it. */
  readonly line: ByteString
  /** The message: everything behind the header, without BOM, trailing CR, NUL and LF. */
  readonly body: ByteString
  /** PRI, 0–191. */
  readonly priority: number | undefined
  /** VERSION of an RFC 5424 header. */
  readonly version: ByteString | undefined
  readonly stamp: Stamp | undefined
  readonly hostname: ByteString | undefined
  /** APP-NAME or tag, without a colon at its end. */
  readonly appname: ByteString | undefined
  readonly procid: ByteString | undefined
  readonly msgid: ByteString | undefined
  readonly structuredData: readonly StructuredElement[] | undefined
  /** True for `qulogd:[19683]`: an RFC 5424 QNAP line whose structured data a relay dropped. */
  readonly structuredDataLost: boolean
  /** N of `message repeated N times: [...]`. */
  readonly repeatCount: number | undefined
  /** When rsyslog received the line (ISO 8601), if its template says so. */
  readonly received: ByteString | undefined
  /** Who delivered it to rsyslog. */
  readonly sender: ByteString | undefined
  readonly problem: Problem | undefined
  /** True where host, program, process and message id are known to be plain (lib/plain-text.ts). */
  readonly isPlain: boolean
}

/** An envelope while its header is being read. */
export type Draft = { -readonly [K in keyof Envelope]: Envelope[K] }

/** A draft of which nothing is known but the line. */
export function draftOf(line: ByteString): Draft {
  return {
    form: 'bare',
    line,
    body: line,
    priority: undefined,
    version: undefined,
    stamp: undefined,
    hostname: undefined,
    appname: undefined,
    procid: undefined,
    msgid: undefined,
    structuredData: undefined,
    structuredDataLost: false,
    repeatCount: undefined,
    received: undefined,
    sender: undefined,
    problem: undefined,
    isPlain: false,
  }
}
