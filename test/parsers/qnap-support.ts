import { readEnvelope } from '../../src/envelope/index.ts'
import { Event } from '../../src/event.ts'
import { allFields } from '../../src/fields/index.ts'
import { fromBytes, toBytes } from '../../src/lib/bytes.ts'
import { qnap } from '../../src/parsers/qnap/index.ts'

export type Fields = Record<string, unknown>

/** What every QNAP record has; left out of the expectations. */
const CONSTANT = new Set(['event.module', 'event.dataset', 'observer.vendor', 'observer.product', 'observer.type'])

/** The fields that the QNAP parser sets for a line of ordinary text, or `undefined` if it does not claim it. */
export function parse(line: string): Fields | undefined {
  return parseBytes(toBytes(line))
}

export function parseBytes(line: string): Fields | undefined {
  const event = new Event()
  if (!qnap.parse(readEnvelope(line), event)) {
    if (event.values.some((value) => value !== undefined)) throw new Error('an unclaimed line left fields behind')
    return undefined
  }
  const fields: Fields = {}
  for (const { name, index } of allFields) {
    const value = event.values[index]
    if (value === undefined || CONSTANT.has(name)) continue
    fields[name] = typeof value === 'string' ? fromBytes(value) : value
  }
  return fields
}

/** The same without event.kind and event.provider, for a line that must be claimed. */
export function fieldsOf(line: string): Fields {
  const fields = parse(line)
  if (fields === undefined) throw new Error(`not claimed: ${line}`)
  const { 'event.kind': _kind, 'event.provider': _provider, ...rest } = fields
  return rest
}

export interface Conn {
  user?: string
  ip?: string
  computer?: string
  type?: string
  resource?: string
  action?: string
}

export function conn({ user = 'bob', ip = '192.0.2.1', computer = 'pc', type = 'SAMBA', resource = '---', action = 'Read' }: Conn): string {
  return (
    `<30>Oct 30 20:24:24 nas qulogd[146]: conn log: Users: ${user}, Source IP: ${ip}, Computer name: ${computer}, ` +
    `Connection type: ${type}, Accessed resources: ${resource}, Action: ${action}`
  )
}

export function eventLine(content: string, application = '', header = 'Users: ---, Source IP: ---, Computer name: ---'): string {
  const keys = application === '' ? '' : `, Application: ${application}, Category: General`
  return `<30>Oct 30 20:24:24 nas qulogd[146]: event log: ${header}${keys}, Content: ${content}`
}

/** The client of `conn`, as fields. */
export const bob: Fields = { 'user.name': 'bob', 'source.address': '192.0.2.1', 'source.ip': '192.0.2.1', 'source.domain': 'pc' }

const PATH = 'file.path'
export function path(value: string, newPath?: string): Fields {
  return { [PATH]: value, 'qnap.nas.file.path': value, ...(newPath === undefined ? {} : { 'qnap.nas.file.new_path': newPath }) }
}
