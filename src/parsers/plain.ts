import { quoteJson } from '../encode/escape.ts'
import type { StructuredElement } from '../envelope/structured-data.ts'
import { Json } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import type { Parser } from './parser.ts'

/** Takes every line that no vendor parser claims: its header fields and its text. */
export const plain: Parser = {
  name: 'plain',
  samples: ['<38>Nov 20 10:15:00 gateway sshd[712]: Connection closed by 192.0.2.7 port 50212', 'no header at all'],
  defaultZone: undefined,
  parse(envelope, event) {
    event.set(F['event.kind'], 'event')
    if (envelope.line === '') event.flag('empty_line')
    event.set(F.message, envelope.body)
    if (envelope.structuredData !== undefined && envelope.structuredData.length > 0) {
      event.set(F['log.syslog.structured_data'], structuredDataObject(envelope.structuredData))
    }
    return true
  },
}

/** `{"id":{"name":"value"}}`, as text: names from the network never become keys of a JavaScript object. */
function structuredDataObject(elements: readonly StructuredElement[]): Json {
  const byId = new Map<ByteString, StructuredElement>()
  for (const element of elements) if (!byId.has(element.id)) byId.set(element.id, element)
  const members = [...byId.values()].map(({ id, params }) => {
    const pairs = [...params].map(([name, value]) => quoteJson(name) + ':' + quoteJson(value))
    return quoteJson(id) + ':{' + pairs.join() + '}'
  })
  return new Json('{' + members.join() + '}')
}
