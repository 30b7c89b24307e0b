import type { Envelope } from '../../src/envelope/envelope.ts'
import { createEncoder } from '../../src/encode/record.ts'
import { Event } from '../../src/event.ts'
import { fromBytes, toBytes } from '../../src/lib/bytes.ts'
import { qumulo } from '../../src/parsers/qumulo/index.ts'

const encode = createEncoder({ format: 'flat' })

export type FlatRecord = Record<string, unknown>

/** What the parser makes of a message (ordinary text) with this header, as a flat record; `undefined` if it does not claim it. */
export function parse(body: string, header: { appname?: string | undefined; hostname?: string } = { appname: 'qumulo' }): FlatRecord | undefined {
  const envelope = {
    form: 'iso',
    line: toBytes(body),
    body: toBytes(body),
    hostname: undefined,
    appname: undefined,
    ...header,
  } as Envelope
  const event = new Event()
  const claimed = qumulo.parse(envelope, event)
  const record = JSON.parse(fromBytes(encode(event))) as FlatRecord
  if (claimed) return record
  if (Object.keys(record).length > 0) throw new Error('a line that was not claimed left fields: ' + Object.keys(record).join())
  return undefined
}

/** A JSON body in the way Qumulo writes it, with `", "` and `": "`. */
export function jsonBody(record: object): string {
  return spaced(record)
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return '[' + value.map(spaced).join(', ') + ']'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return '{' + Object.entries(value).map(([key, inner]) => JSON.stringify(key) + ': ' + spaced(inner)).join(', ') + '}'
}

/** A JSON body of one operation on a file. */
export function operationBody(operation: string, details: object, more: object = {}): string {
  return jsonBody({
    user_id: { sid: 'S-1-5-21-1-2-3-500', auth_id: '500', name: 'admin' },
    user_ip: '203.0.113.5',
    protocol: 'smb2',
    operation,
    status: 'ok',
    details,
    ...more,
  })
}
