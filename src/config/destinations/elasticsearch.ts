import * as z from 'zod'
import { expected } from '../expected.ts'
import { batchKeys, byVendor, commonKeys, formatKey, hasOneSecret, needsOneSecret, tokenKeys, userKeys } from './common-keys.ts'
import { httpKeys, httpUrl } from './http-keys.ts'

/**
 * `type-dataset-namespace`: lower case, at most 100 bytes, and none of the characters that index names may not have
 * (https://www.elastic.co/docs/reference/fleet/data-streams). It comes from the configuration alone: no line chooses where it goes.
 */
const aStream = expected('the name of a data stream such as logs-naslog-default: type, dataset and namespace in lower case, at most 100 characters')
const stream = z.string(aStream).regex(/^(?=.{1,100}$)[a-z0-9][a-z0-9_.]*-[a-z0-9_.]+-[a-z0-9_.]+$/, aStream)

export const elasticsearch = z
  .strictObject({
    ...commonKeys('1s'),
    type: z.literal('elasticsearch').meta({ description: 'data streams of Elasticsearch or OpenSearch' }),
    url: httpUrl('https://es.example.com:9200').meta({ description: 'address of a node or of the proxy before the cluster' }),
    data_stream: byVendor(stream, 'the name of a data stream such as logs-naslog-default')
      .default('logs-naslog-default')
      .meta({ title: 'name, or mapping of names', description: 'data stream, or one each for `qnap`, `qumulo` and `other`' }),
    opensearch: z.boolean(expected('true or false')).default(false).meta({ description: 'leave out what only Elasticsearch knows' }),
    ...tokenKeys('the API key, encoded or as `id:key`'),
    ...userKeys,
    ...httpKeys('60s'),
    ...batchKeys(1000, 10_000, '5MB', '50MB'),
    ...formatKey,
  })
  .refine(hasOneSecret, needsOneSecret)
