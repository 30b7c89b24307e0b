import type { Event } from '../event.ts'
import { Json } from '../fields/declare.ts'
import type { ByteString } from '../lib/bytes.ts'
import { maskAddress, maskText, mayHold } from './mask.ts'
import type { Plan } from './plan.ts'
import type { Secret } from './secret.ts'

type Values = Event['values']
type Mask = (text: ByteString, secrets: readonly Secret[]) => ByteString | undefined

/** Looks for secrets in the fields that the plan names, and replaces them. */
export function maskFields(values: Values, plan: Plan, secrets: readonly Secret[]): void {
  maskWholes(values, plan, secrets)
  for (let i = 0; i < plan.texts.length; i++) {
    const slot = plan.texts[i] as number
    const text = values[slot]
    if (text !== undefined) values[slot] = maskText(text as ByteString, secrets)
  }
  for (const slot of plan.addresses) {
    const address = values[slot]
    if (address !== undefined) values[slot] = maskAddress(address as ByteString, secrets)
  }
  for (const slot of plan.lists) {
    const list = values[slot]
    if (list !== undefined) values[slot] = maskList(list as readonly ByteString[], secrets, maskText)
  }
  for (const slot of plan.addressLists) {
    const list = values[slot]
    if (list !== undefined) values[slot] = maskList(list as readonly ByteString[], secrets, maskAddress)
  }
  for (const slot of plan.objects) {
    const value = values[slot]
    // With an escape in it, what it says is not what stands in it.
    if (value instanceof Json && (value.text.includes('\\') || maskText(value.text, secrets) !== value.text)) values[slot] = undefined
  }
}

/** Texts with others that stand in them: these are looked at only if the whole may hold a secret, or where they do not stand in it. */
function maskWholes(values: Values, { wholes }: Plan, secrets: readonly Secret[]): void {
  for (const { slot, parts } of wholes) {
    const text = values[slot] as ByteString | undefined
    const isSuspect = text === undefined || mayHold(text, secrets)
    for (const part of parts) {
      const value = values[part.slot]
      if (value === undefined || (!isSuspect && (part.isCut || value === text))) continue
      values[part.slot] = maskText(value as ByteString, secrets)
    }
    if (isSuspect && text !== undefined) values[slot] = maskText(text, secrets)
  }
}

/** Each member once, with its replacement; `undefined` if nothing is left. */
function maskList(list: readonly ByteString[], secrets: readonly Secret[], mask: Mask): readonly ByteString[] | undefined {
  const members: ByteString[] = []
  for (const member of list) {
    const shown = mask(member, secrets)
    if (shown !== undefined && !members.includes(shown)) members.push(shown)
  }
  return members.length === 0 ? undefined : members
}
