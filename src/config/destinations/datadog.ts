import * as z from 'zod'
import { expected } from '../expected.ts'
import { batchKeys, byVendor, commonKeys, hasToken, needsToken, tokenKeys } from './common-keys.ts'
import { httpKeys, httpUrl } from './http-keys.ts'

/** https://docs.datadoghq.com/getting_started/site/ */
const SITES = [
  'datadoghq.com', 'us3.datadoghq.com', 'us5.datadoghq.com', 'datadoghq.eu', 'ap1.datadoghq.com', 'ap2.datadoghq.com',
  'uk1.datadoghq.com', 'ddog-gov.com', 'us2.ddog-gov.com',
] as const

const aTag = expected('a tag such as env:production, without commas and blanks')
const tag = z.string(aTag).regex(/^\p{L}[^\s,\p{Cc}]{0,199}$/u, aTag)
const aWord = expected('a name without blanks and commas')
const word = z.string(aWord).regex(/^[A-Za-z][\w.:/-]{0,99}$/, aWord)

export const datadog = z
  .strictObject({
    ...commonKeys('1s'),
    type: z.literal('datadog').meta({ description: 'Datadog Logs' }),
    site: z.enum(SITES, expected(`a Datadog site: ${SITES.join(', ')}`)).default('datadoghq.com').meta({ title: 'Datadog site', description: 'the site of the account' }),
    url: httpUrl('https://proxy.example.com').optional().meta({ title: 'URL', description: 'address of a proxy in its place' }),
    source: byVendor(word, 'a name')
      .default({ qnap: 'qnap', qumulo: 'qumulo', other: 'naslog' })
      .meta({ title: 'name, or mapping of names', description: '`ddsource`, or one each for `qnap`, `qumulo` and `other`' }),
    service: word.default('nas').meta({ title: 'name', description: '`service` of the logs' }),
    tags: z.array(tag, expected('a list of tags')).max(100).default([]).meta({ title: 'list of tags', description: '`ddtags` of the logs' }),
    ...tokenKeys('the API key'),
    ...httpKeys('30s'),
    ...batchKeys(1000, 1000, '4MB', '5MB'),
  })
  .refine(hasToken, needsToken)
