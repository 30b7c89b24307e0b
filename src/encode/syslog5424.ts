import type { Event } from '../event.ts'
import type { Field } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { encodeCef } from './cef.ts'
import { escapeControls } from './controls.ts'
import { createEncoder, type Encoder, type RecordFormat } from './record.ts'
import { createStructuredDataEncoder } from './structured-data.ts'
import { summaryOf } from './summary.ts'

/** What the message says: the record as JSON (`ecs` nested, `flat` with dotted names), its fields as structured data, or CEF. */
export type SyslogContent = RecordFormat | 'structured-data' | 'cef'

export interface SyslogEncoderOptions {
  readonly content: SyslogContent
  /** APP-NAME of every message; that of the line if absent. */
  readonly appName?: string | undefined
  /** The only fields that the content shall have; all by default. The header is made of the event in any case. */
  readonly fields?: readonly Field[] | undefined
}

/** local0.info, for lines that came without a PRI. */
const DEFAULT_PRIORITY = 16 * 8 + 6
const BOM = '\xef\xbb\xbf'

/**
 * Creates the encoder of whole syslog messages (RFC 5424), without framing. The message tells the time, host and program of the
 * device, as if it had sent it itself.
 *
 * MSG has the byte order mark that RFC 5424 asks for where it is free text beyond ASCII, but never before JSON or CEF: parsers of
 * those do not take it.
 */
export function createSyslogEncoder({ content, appName, fields = allFields }: SyslogEncoderOptions): Encoder {
  const body = bodyEncoder(content, fields)
  const fixedName = appName === undefined ? undefined : headerText(appName, 48)
  return (event) => {
    const name = fixedName ?? headerText(event.get(F['log.syslog.appname']) ?? event.get(F['process.name']) ?? 'naslog', 48)
    return `<${priorityOf(event)}>1 ${timestampOf(event)} ${hostOf(event)} ${name} ${processOf(event)} ${typeOf(event)} ${body(event)}`
  }
}

/** STRUCTURED-DATA and MSG. */
function bodyEncoder(content: SyslogContent, fields: readonly Field[]): Encoder {
  switch (content) {
    case 'ecs':
    case 'flat': {
      const encode = createEncoder({ format: content, fields })
      return (event) => `- ${encode(event)}`
    }
    case 'cef': {
      const wanted = new Set(fields)
      return (event) => `- ${encodeCef(event, wanted)}`
    }
    case 'structured-data': {
      // The free text is MSG, and need not be told twice. A summary tells of other fields, which may not be wanted.
      const encode = createStructuredDataEncoder(fields.filter((field) => field !== F['message']))
      const text = fields === allFields ? summaryOf : (event: Event) => (fields.includes(F.message) ? event.get(F.message) : undefined)
      return (event) => encode(event) + messageOf(text(event))
    }
  }
}

function messageOf(text: ByteString | undefined): ByteString {
  return text === undefined ? '' : ` ${/[\x80-\xff]/.test(text) ? BOM : ''}${escapeControls(text)}`
}

function priorityOf(event: Event): number {
  const priority = event.get(F['log.syslog.priority'])
  return priority !== undefined && priority >= 0 && priority <= 191 ? priority : DEFAULT_PRIORITY
}

/** The time with the digits and the offset of the line: RFC 5424 takes at most six digits of a second. */
function timestampOf(event: Event): string {
  const [, seconds, fraction = '', zone] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:\d\d)$/.exec(event.get(F['@timestamp']) ?? '') ?? []
  return seconds === undefined || zone === undefined ? '-' : seconds + fraction + zone
}

function hostOf(event: Event): ByteString {
  return headerText(event.get(F['log.syslog.hostname']) ?? event.get(F['host.name']) ?? event.get(F['naslog.sender.address']), 255)
}

function processOf(event: Event): ByteString {
  return headerText(event.get(F['log.syslog.procid']), 128)
}

function typeOf(event: Event): ByteString {
  return headerText(event.get(F['log.syslog.msgid']) ?? event.get(F['event.dataset']), 32)
}

/** A header field: printable ASCII without blanks, so long at most, `-` where there is none. Each other byte becomes `_`. */
function headerText(value: ByteString | undefined, most: number): ByteString {
  return value === undefined || value === '' ? '-' : value.slice(0, most).replace(/[^!-~]/g, '_')
}
