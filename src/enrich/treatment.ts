import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { copyOf, fromBytes, toBytes, type ByteString } from '../lib/bytes.ts'
import { formatAddress, isIpv4, maskAddress, parseAddress } from '../lib/cidr.ts'
import { remember } from '../lib/remember.ts'
import type { Pseudonyms } from './pseudonym.ts'
import { secretOf, type Secret } from './secret.ts'

/** What becomes of a value: its replacement, and how it is to be looked for elsewhere. Remembered: names and addresses repeat. */
export type Treatment = (value: ByteString) => Secret

/** Values of each kind that are remembered with what becomes of them. */
const REMEMBERED = 10_000

/** Accounts by number, which would be found in every other path. */
const NUMBER_FIELDS: readonly Field[] = [F['user.id'], F['qumulo.audit.user.auth_id']]

/** The treatments of a configuration. */
export interface Treatments {
  /** By what the configuration says (`drop`, `pseudonymise`, `truncate`, `truncate 3`); `undefined` for `keep`. */
  of(action: string, field: Field): Treatment | undefined
}

/** Makes treatments: fields of the same kind share one, with its memory. */
export function createTreatments(pseudonyms: Pseudonyms | undefined): Treatments {
  const made = new Map<string, Treatment>()
  return {
    of(action, field) {
      if (action === 'keep') return undefined
      const isAddress = field.type === 'ip' || field === F['source.address']
      const isNumber = NUMBER_FIELDS.includes(field)
      const key = `${action} ${isAddress} ${isNumber}`
      let treatment = made.get(key)
      if (treatment === undefined) {
        const substitute = substituteOf(action, isAddress, pseudonyms)
        treatment = remember(REMEMBERED, (text) => secretOf(copyOf(text), substitute(text), isNumber && /^\d+$/.test(text)))
        made.set(key, treatment)
      }
      return treatment
    },
  }
}

/** What takes the place of a value; `undefined`: nothing does. */
type Substitute = (value: ByteString) => ByteString | undefined

function substituteOf(action: string, isAddress: boolean, pseudonyms: Pseudonyms | undefined): Substitute {
  const addressOf = (value: ByteString) => (isAddress ? parseAddress(value) : undefined)
  if (action === 'pseudonymise' && pseudonyms !== undefined) {
    return (value) => {
      const address = addressOf(value)
      return address === undefined ? pseudonyms.ofText(value) : pseudonyms.ofAddress(address)
    }
  }
  const truncated = /^truncate(?: (\d+))?$/.exec(action)
  if (truncated === null) return () => undefined
  const length = Number(truncated[1] ?? 1)
  return (value) => {
    const address = addressOf(value)
    if (address !== undefined) return formatAddress(maskAddress(address, isIpv4(address) ? 96 + 24 : 48))
    const characters = [...fromBytes(value)]
    return characters.length <= length ? undefined : toBytes(characters.slice(0, length).join(''))
  }
}
