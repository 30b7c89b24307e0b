import * as z from 'zod'
import { createZone } from '../lib/zone.ts'
import { expected } from './expected.ts'

function isZone(name: string): boolean {
  try {
    createZone(name)
    return true
  } catch {
    return false
  }
}

const aZone = expected('a time zone such as Europe/Rome, UTC or +02:00', () => Intl.supportedValuesOf('timeZone'))

/** An IANA name or a fixed offset. */
export const zone = z.string(aZone).refine(isZone, aZone).meta({ title: 'time zone' })
