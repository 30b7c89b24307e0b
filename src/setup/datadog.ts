import { attributeOf } from '../encode/datadog.ts'
import type { Field } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import { jsonFile, type SetupFile } from './setup-file.ts'

/** Files for `naslog init datadog`: a pipeline for its API, and the facets, for which there is no API. */
export function datadogFiles(): SetupFile[] {
  return [jsonFile('pipeline.json', pipeline), jsonFile('facets.json', facets(FACETS))]
}

export const datadogSteps = `1. Create the pipeline, with an API key and an application key:
   curl --fail-with-body -X POST "https://api.datadoghq.com/api/v1/logs/config/pipelines" -H "DD-API-KEY: $API" -H "DD-APPLICATION-KEY: $APP" -H 'Content-Type: application/json' -d @pipeline.json
2. Datadog has no interface for facets: facets.json lists those that are worth adding (Log Explorer, "Add a facet").
3. destinations: [{ name: datadog, type: datadog, site: datadoghq.com, token_file: ... }]
`

/** naslog writes reserved and standard attributes itself; what is left is to find the status, the time, and places of addresses. */
const pipeline = {
  name: 'naslog: QNAP and Qumulo',
  is_enabled: true,
  filter: { query: 'source:(qnap OR qumulo OR naslog)' },
  processors: [
    { type: 'date-remapper', name: 'Time of the device, with all its digits', is_enabled: true, sources: ['date'] },
    { type: 'status-remapper', name: 'Severity of the syslog header', is_enabled: true, sources: ['status'] },
    { type: 'geo-ip-parser', name: 'Place of the client', is_enabled: true, sources: ['network.client.ip'], target: 'network.client.geoip' },
    { type: 'user-agent-parser', name: 'User agent', is_enabled: true, sources: ['http.useragent'], target: 'http.useragent_details', is_encoded: false },
    {
      type: 'category-processor', name: 'Was it refused?', is_enabled: true, target: 'naslog.result',
      categories: [
        { filter: { query: '@evt.outcome:failure' }, name: 'denied or failed' },
        { filter: { query: '@evt.outcome:success' }, name: 'done' },
      ],
    },
  ],
}

/** What people filter and count by. */
const FACETS: readonly Field[] = [
  F['event.action'], F['event.outcome'], F['event.reason'], F['event.category'], F['event.type'], F['event.dataset'], F['user.name'], F['user.domain'],
  F['user.id'], F['source.ip'], F['source.domain'], F['network.protocol'], F['network.application'], F['file.path'], F['file.name'], F['file.extension'],
  F['file.type'], F['file.size'], F['qnap.nas.application'], F['qnap.nas.category'], F['qumulo.cluster.name'], F['qumulo.audit.operation'],
  F['qumulo.audit.status'], F['qumulo.audit.change'], F['naslog.parser'], F['naslog.problems'], F['error.code'],
]

function facets(chosen: readonly Field[]): unknown {
  return {
    facets: chosen.flatMap((field) => {
      const path = attributeOf(field)
      if (path === undefined) return []
      return { path: `@${path}`, name: field.name, group: field.name.split('.')[0], type: field.type === 'long' ? 'integer' : 'string', kind: field.type === 'long' ? 'measure' : 'facet', description: field.description }
    }),
    attributes: allFields.map((field) => ({ field: field.name, attribute: attributeOf(field) ?? null })),
  }
}
