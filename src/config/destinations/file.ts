import * as z from 'zod'
import { absolutePath } from '../delivery.ts'
import { expected } from '../expected.ts'
import { commonKeys, formatKey } from './common-keys.ts'

const aMode = expected('an octal mode in quotes such as "0640"')

export const file = z.strictObject({
  ...commonKeys('200ms'),
  type: z.literal('file').meta({ description: 'appends records to a file on this machine' }),
  path: absolutePath.default('/var/log/naslog/events.jsonl').meta({ title: 'absolute path', description: 'logrotate may move the file at any time' }),
  mode: z
    .string(aMode)
    .regex(/^0?[0-7]{3}$/, aMode)
    .transform((text) => parseInt(text, 8))
    .prefault('0640')
    .meta({ title: 'octal mode', description: 'permissions of a new file, in quotes' }),
  ...formatKey,
})
