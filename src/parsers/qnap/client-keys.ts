import type { Event } from '../../event.ts'
import type { Field } from '../../fields/declare.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { valueOf } from './values.ts'

/** Columns of QuLog Center's access log that a text line might show behind the resource. No such line was ever seen. */
const clientKeys: readonly (readonly [key: string, field: Field<string>])[] = [
  [', Client Application: ', F['qnap.nas.client_app']],
  [', Client Agent: ', F['user_agent.original']],
  [', Client ID: ', F['qnap.nas.client_id']],
  [', Session ID: ', F['qnap.nas.session_id']],
]

/** Position of the first of the keys in the resource, or -1. */
export function findClientKeys(resource: ByteString): number {
  if (!resource.includes(',')) return -1
  let first = -1
  for (const [key] of clientKeys) {
    const at = resource.indexOf(key)
    if (at >= 0 && (first < 0 || at < first)) first = at
  }
  return first
}

/**
 * Sets the fields of the keys from `from` on. The client chooses its user agent, and may write a key into it: if a key stands
 * twice, none of the values is believed.
 */
export function setClientKeys(event: Event, resource: ByteString, from: number): void {
  const found: { readonly at: number; readonly valueAt: number; readonly field: Field<string> }[] = []
  for (const [key, field] of clientKeys) {
    const at = resource.indexOf(key, from)
    if (at < 0) continue
    if (resource.lastIndexOf(key) !== at) return event.flag('ambiguous_key')
    found.push({ at, valueAt: at + key.length, field })
  }
  found.sort((a, b) => a.at - b.at)
  found.forEach(({ valueAt, field }, index) => event.set(field, valueOf(resource.slice(valueAt, found[index + 1]?.at))))
}
