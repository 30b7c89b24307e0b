import { testContract } from './contract.ts'
import { datadogPeer, elasticsearchPeer, httpPeer, otlpPeer, splunkPeer } from './peers.ts'

testContract({ title: 'elasticsearch', settings: { type: 'elasticsearch' }, peer: elasticsearchPeer, idempotent: true })
testContract({ title: 'opensearch', settings: { type: 'elasticsearch', opensearch: true, in_flight: 4 }, peer: () => elasticsearchPeer({ opensearch: true }), idempotent: true })
testContract({ title: 'splunk', settings: { type: 'splunk' }, peer: splunkPeer })
testContract({ title: 'splunk with acknowledgement', settings: { type: 'splunk', acknowledge: true }, peer: splunkPeer })
testContract({ title: 'datadog', settings: { type: 'datadog' }, peer: datadogPeer })
testContract({ title: 'otlp', settings: { type: 'otlp' }, peer: otlpPeer, held: [500] })
testContract({ title: 'http, lines', settings: { type: 'http' }, peer: () => httpPeer('ndjson') })
testContract({ title: 'http, array', settings: { type: 'http', body: 'array' }, peer: () => httpPeer('array') })
