import * as z from 'zod'
import { expected } from '../expected.ts'
import { batchKeys, commonKeys, formatKey, hasOneSecret, needsOneSecret, tokenKeys, userKeys } from './common-keys.ts'
import { httpKeys, httpUrl } from './http-keys.ts'

/** Headers that the protocol needs for itself, or that hold secrets: those are named by file or variable. */
const TAKEN = /^(?:authorization|proxy-authorization|cookie|host|connection|content-.*|transfer-encoding|expect|upgrade|te|trailer)$/i
const aHeader = expected('the name of a header that is neither for a secret (use token_file) nor one that naslog sets itself')
const aValue = expected('a text of printable ASCII characters')

export const headerKeys = {
  headers: z
    .record(
      z.string(aHeader).regex(/^[A-Za-z0-9-]{1,100}$/, aHeader).refine((name) => !TAKEN.test(name), aHeader),
      z.string(aValue).regex(/^[!-~](?:[ -~]*[!-~])?$/, aValue),
      { error: ({ code }) => (code === 'invalid_key' ? aHeader.error : 'expected a mapping of header names to texts') },
    )
    .default({})
    .meta({ title: 'mapping of texts', description: 'further headers of every request; not for secrets' }),
}

const aTokenHeader = expected('the name of a header such as X-Api-Key')

export const http = z
  .strictObject({
    ...commonKeys('1s'),
    type: z.literal('http').meta({ description: 'any server that takes JSON over HTTP' }),
    url: httpUrl('https://logs.example.com/in', true).meta({ description: 'where requests go' }),
    method: z.enum(['POST', 'PUT'], expected('POST or PUT')).default('POST').meta({ description: 'method of the requests' }),
    body: z.enum(['ndjson', 'array'], expected('ndjson or array')).default('ndjson').meta({ description: 'one record a line, or one JSON array' }),
    ...headerKeys,
    ...tokenKeys('a token'),
    token_header: z
      .string(aTokenHeader)
      .regex(/^[A-Za-z0-9-]{1,100}$/, aTokenHeader)
      .default('Authorization')
      .meta({ title: 'name', description: 'header of the token; behind `Authorization:` it is sent as `Bearer`' }),
    ...userKeys,
    ...httpKeys('30s'),
    ...batchKeys(1000, 10_000, '1MB', '100MB'),
    ...formatKey,
  })
  .refine(hasOneSecret, needsOneSecret)
