import * as z from 'zod'
import { expected } from '../expected.ts'
import { commonKeys } from './common-keys.ts'
import { streamKeys } from './stream-keys.ts'

const aWindow = expected('a whole number from 1 to 1000')

export const relp = z.strictObject({
  ...commonKeys('200ms'),
  type: z.literal('relp').meta({ description: 'sends RFC 5424 messages over RELP (imrelp of rsyslog), each acknowledged' }),
  ...streamKeys,
  window: z.int(aWindow).min(1, aWindow).max(1000, aWindow).default(128).meta({ title: 'number', description: 'most messages under way without an answer' }),
})
