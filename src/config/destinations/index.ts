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
  .check(({ value, issues }) => {
    for (const [index, { name, ...rest }] of value.entries()) {
      const earlier = value.slice(0, index)
      const refuse = (key: string, what: string): void => void issues.push({ code: 'custom', input: value, path: [index, key], message: expected(what).error })
      if (earlier.some((each) => each.name === name)) refuse('name', 'a name that no destination before it has')
      // Two writers of one file would double every record, and each cut off what it takes for half a record of its own.
      const path = rest.type === 'file' ? rest.path : undefined
      const writer = earlier.find((each) => each.type === 'file' && each.path === path)
      if (path !== undefined && writer !== undefined) refuse('path', `a file of its own (${writer.name} writes ${path})`)
    }
  })
  .prefault([{ name: 'events', type: 'file' }])
  .meta({ description: 'where `naslog omprog` takes the records; each has a cursor of its own' })

/** The settings of one destination. */
export type DestinationSettings = z.output<typeof destinations>[number]
export type SettingsOf<Type extends DestinationSettings['type']> = Extract<DestinationSettings, { type: Type }>
