import * as z from 'zod'
import { expected } from '../expected.ts'
import { batchKeys, commonKeys, hasOneSecret, needsOneSecret, tokenKeys, userKeys } from './common-keys.ts'
import { headerKeys } from './http.ts'
import { httpKeys, httpUrl } from './http-keys.ts'

const aText = expected('a text')

export const otlp = z
  .strictObject({
    ...commonKeys('1s'),
    type: z.literal('otlp').meta({ description: 'OpenTelemetry collector, over OTLP/HTTP with JSON' }),
    url: httpUrl('http://collector.example.com:4318').meta({ description: 'address of the collector, without /v1/logs' }),
    resource: z
      .record(z.string(aText).regex(/^[a-z][\w.]{0,99}$/, aText), z.string(aText), expected('a mapping of attributes to texts'))
      .default({ 'service.name': 'nas' })
      .meta({ title: 'mapping of texts', description: 'attributes of the resource that the logs are of' }),
    ...headerKeys,
    ...tokenKeys('the token, sent as `Authorization: Bearer`'),
    ...userKeys,
    ...httpKeys('30s'),
    ...batchKeys(1000, 10_000, '4MB', '60MB'),
  })
  .refine(hasOneSecret, needsOneSecret)
