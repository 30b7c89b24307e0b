import * as z from 'zod'
import { expected } from '../expected.ts'
import { azure } from './azure.ts'
import { datadog } from './datadog.ts'
import { elasticsearch } from './elasticsearch.ts'
import { file } from './file.ts'
import { http } from './http.ts'
import { otlp } from './otlp.ts'
import { relp } from './relp.ts'
import { splunk } from './splunk.ts'
import { syslog } from './syslog.ts'

/** One type of destination a file; `type:` says which it is. */
const types = [file, elasticsearch, splunk, azure, datadog, otlp, http, syslog, relp] as const

const names = types.map(({ shape }) => shape.type.value)
const aList = expected('a list of destinations, each with `name:` and `type:`')
const aType = expected(`a destination with \`type:\` ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`, () => names)

export const destinations = z
  .array(z.discriminatedUnion('type', types, aType), aList)
  .min(1, aList)
  .refine((list) => new Set(list.map((each) => each.name)).size === list.length, expected('destinations with different names'))
  .prefault([{ name: 'events', type: 'file' }])
  .meta({ description: 'where `naslog omprog` takes the records; each has a cursor of its own' })

/** The settings of one destination. */
export type DestinationSettings = z.output<typeof destinations>[number]
export type SettingsOf<Type extends DestinationSettings['type']> = Extract<DestinationSettings, { type: Type }>
