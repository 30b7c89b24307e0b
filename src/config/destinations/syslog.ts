import * as z from 'zod'
import { expected } from '../expected.ts'
import { commonKeys } from './common-keys.ts'
import { streamKeys } from './stream-keys.ts'

export const syslog = z.strictObject({
  ...commonKeys('200ms'),
  type: z.literal('syslog').meta({ description: 'sends RFC 5424 messages over TCP or TLS, which have no acknowledgement' }),
  ...streamKeys,
  framing: z
    .enum(['octet-counting', 'newline'], expected('octet-counting or newline'))
    .default('octet-counting')
    .meta({ description: 'how messages are told apart (RFC 6587); `newline` for receivers that know no octet counts' }),
})
