import * as z from 'zod'
import { duration } from '../delivery.ts'
import { expected } from '../expected.ts'
import { batchKeys, byVendor, commonKeys, formatKey, hasToken, needsToken, tokenKeys } from './common-keys.ts'
import { httpKeys, httpUrl } from './http-keys.ts'

const anIndex = expected('the name of an index: lower case letters, digits, `_` and `-`')
const index = z.string(anIndex).regex(/^[a-z0-9_][a-z0-9_-]{0,79}$/, anIndex)
const aSourcetype = expected('the name of a sourcetype: letters, digits, `:`, `_`, `.` and `-`')
const sourcetype = z.string(aSourcetype).regex(/^[A-Za-z0-9][\w:.-]{0,99}$/, aSourcetype)

export const splunk = z
  .strictObject({
    ...commonKeys('1s'),
    type: z.literal('splunk').meta({ description: 'HTTP Event Collector of Splunk' }),
    url: httpUrl('https://splunk.example.com:8088').meta({ description: 'address of the collector, without /services/collector' }),
    index: byVendor(index, 'the name of an index').optional().meta({ title: 'name, or mapping of names', description: 'index, or one each for `qnap`, `qumulo` and `other`; that of the token by default' }),
    sourcetype: byVendor(sourcetype, 'the name of a sourcetype')
      .default({ qnap: 'naslog:qnap', qumulo: 'naslog:qumulo', other: 'naslog:other' })
      .meta({ title: 'name, or mapping of names', description: 'sourcetype, or one each for `qnap`, `qumulo` and `other`' }),
    acknowledge: z
      .boolean(expected('true or false'))
      .default(false)
      .meta({ description: 'wait until the events are indexed: the token must have indexer acknowledgement on; Splunk Enterprise only' }),
    acknowledge_timeout: duration('2m', '1s', '1h', 'how long to wait for that before the events are sent again'),
    ...tokenKeys('the token of the collector'),
    ...httpKeys('30s'),
    ...batchKeys(1000, 10_000, '1MB', '100MB'),
    ...formatKey,
  })
  .refine(hasToken, needsToken)
