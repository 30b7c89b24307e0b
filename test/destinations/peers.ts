import assert from 'node:assert/strict'
import type { StubReply, StubRequest } from './stub.ts'

/**
 * Stubs of the servers that destinations talk to. They are no more than what the vendors publish of their interfaces: limits, codes, the
 * form of the body. Each keeps the ids (event.id) of what it took, and refuses `poisoned` ones as the real one does.
 */
export interface Peer {
  readonly key: string
  /** Most bytes of a body before it is compressed; larger ones are answered with 413. */
  limit: number
  readonly poisoned: Set<string>
  /** In the order of arrival; a repeat stands here again unless the real server would drop it. */
  readonly taken: string[]
  answer(request: StubRequest): StubReply
}

type Refusal = StubReply | undefined

function createPeer(limit: number, answer: (peer: Peer, request: StubRequest) => StubReply): Peer {
  const peer: Peer = {
    key: 'k3y-0f-the-t3st', limit, poisoned: new Set(), taken: [],
    answer(request) {
      assert.equal(request.headers['user-agent'], 'naslog')
      return tooLarge(peer, request) ?? answer(peer, request)
    },
  }
  return peer
}

function tooLarge({ limit }: Peer, { bytes }: StubRequest): Refusal {
  return bytes > limit ? { status: 413, body: 'Request Entity Too Large' } : undefined
}

function json(status: number, body: object): StubReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

interface EcsRecord {
  readonly event: { readonly id: string }
}

/** `_bulk` of Elasticsearch 8 and 9 (elastic/elasticsearch-specification, specification/_global/bulk). */
export function elasticsearchPeer({ opensearch = false } = {}): Peer & { readonly ids: Set<string>; itemStatus: Map<string, number> } {
  const ids = new Set<string>()
  const itemStatus = new Map<string, number>()
  const peer = createPeer(100 * 1024 * 1024, (self, { method, path, headers, body }) => {
    if (headers.authorization !== `ApiKey ${self.key}`) return json(401, { error: { type: 'security_exception', reason: 'unable to authenticate' }, status: 401 })
    assert.equal(method, 'POST')
    assert.match(path, opensearch ? /^\/_bulk\?filter_path=/ : /^\/_bulk\?require_data_stream=true&filter_path=/)
    assert.equal(headers['content-type'], 'application/x-ndjson')
    if (!body.endsWith('\n')) return json(400, { error: { type: 'illegal_argument_exception', reason: 'The bulk request must be terminated by a newline [\\n]' } })
    const lines = body.slice(0, -1).split('\n')
    assert.equal(lines.length % 2, 0)
    const items = lines.filter((_, index) => index % 2 === 0).map((line, index) => {
      const { create } = JSON.parse(line) as { create: { _index: string; _id: string } }
      assert.match(create._index, /^logs-[a-z.]+-[a-z]+$/)
      const document = JSON.parse(lines[2 * index + 1]!) as EcsRecord
      assert.equal(document.event.id, create._id)
      return { create: createDocument(create._id) }
    })
    return json(200, { errors: items.some(({ create }) => create.status >= 300), items })
  })
  const createDocument = (id: string): { status: number; error?: object } => {
    if (peer.poisoned.has(id)) return { status: 400, error: { type: 'document_parsing_exception', reason: 'failed to parse field [x]' } }
    const status = itemStatus.get(id)
    if (status !== undefined) return { status, error: { type: 'es_rejected_execution_exception', reason: 'rejected execution' } }
    if (ids.has(id)) return { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'document already exists' } }
    ids.add(id)
    peer.taken.push(id)
    return { status: 201 }
  }
  return Object.assign(peer, { ids, itemStatus })
}

/** Splits objects that stand one behind the other. */
function concatenated(body: string): { values: { event: EcsRecord; fields: { event_id: string } }[] } {
  return { values: body.trimEnd().split('\n').map((line) => JSON.parse(line)) }
}

/** The HTTP Event Collector ("Troubleshoot HTTP Event Collector", possible error codes); with indexer acknowledgement where it is asked for. */
export function splunkPeer(): Peer & { acknowledge: 'all' | 'none'; readonly ids: number[] } {
  const ids: number[] = []
  const peer = createPeer(1024 * 1024, (self, { path, headers, body }) => {
    if (headers.authorization === undefined) return json(401, { text: 'Token is required', code: 2 })
    if (headers.authorization !== `Splunk ${self.key}`) return json(403, { text: 'Invalid token', code: 4 })
    const channel = headers['x-splunk-request-channel']
    if (path.startsWith('/services/collector/ack')) {
      assert.equal(new URLSearchParams(path.split('?')[1]).get('channel'), channel)
      const { acks } = JSON.parse(body) as { acks: number[] }
      return json(200, { acks: Object.fromEntries(acks.map((id) => [id, full.acknowledge === 'all'])) })
    }
    assert.equal(path, '/services/collector/event')
    for (const [index, { event, fields }] of concatenated(body).values.entries()) {
      assert.equal(event.event.id, fields.event_id)
      if (peer.poisoned.has(fields.event_id)) return json(400, { text: 'Invalid data format', code: 6, 'invalid-event-number': index })
      self.taken.push(fields.event_id)
    }
    if (channel === undefined) return json(200, { text: 'Success', code: 0 })
    ids.push(ids.length)
    return json(200, { text: 'Success', code: 0, ackId: ids.length - 1 })
  })
  const full = Object.assign(peer, { acknowledge: 'all' as 'all' | 'none', ids })
  return full
}

/** Logs, API v2 (https://docs.datadoghq.com/api/latest/logs/#send-logs). */
export function datadogPeer(): Peer {
  return createPeer(5_000_000, (self, { path, headers, body }) => {
    if (headers['dd-api-key'] !== self.key) return json(403, { errors: [{ status: '403', title: 'Forbidden', detail: 'Invalid API key' }] })
    assert.equal(path, '/api/v2/logs')
    const logs = JSON.parse(body) as { message: unknown; ddsource: unknown; event: { id: string } }[]
    assert.ok(logs.length <= 1000, `${logs.length} logs`)
    for (const log of logs) {
      assert.equal(typeof log.message, 'string')
      assert.equal(typeof log.ddsource, 'string')
      assert.ok(JSON.stringify(log).length <= 1_000_000, 'a log beyond 1 MB would be cut')
    }
    if (logs.some(({ event }) => self.poisoned.has(event.id))) return json(400, { errors: [{ title: 'Bad Request', detail: 'Invalid JSON structure' }] })
    self.taken.push(...logs.map(({ event }) => event.id))
    return { status: 202, body: '{}' }
  })
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}

/** OTLP/HTTP with JSON (opentelemetry-proto, collector/logs/v1). */
export function otlpPeer(): Peer & { partial: object | undefined } {
  const peer = createPeer(64 * 1024 * 1024, (self, { path, headers, body }) => {
    if (headers.authorization !== `Bearer ${self.key}`) return { status: 401, body: 'Unauthorized' }
    assert.equal(path, '/v1/logs')
    assert.equal(headers['content-type'], 'application/json')
    const { resourceLogs } = JSON.parse(body) as { resourceLogs: { scopeLogs: { logRecords: { timeUnixNano: unknown; attributes: Attribute[] }[] }[] }[] }
    const records = resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    for (const { timeUnixNano } of records) assert.match(String(timeUnixNano), /^\d{19}$/)
    const ids = records.map(({ attributes }) => attributes.find(({ key }) => key === 'event.id')?.value.stringValue ?? '')
    if (ids.some((id) => self.poisoned.has(id))) return json(400, { code: 3, message: 'a record is not valid' })
    self.taken.push(...ids)
    return json(200, full.partial === undefined ? {} : { partialSuccess: full.partial })
  })
  const full = Object.assign(peer, { partial: undefined as object | undefined })
  return full
}

/** Any server that takes JSON. */
export function httpPeer(form: 'ndjson' | 'array'): Peer {
  return createPeer(100_000_000, (self, { headers, body }) => {
    if (headers.authorization !== `Bearer ${self.key}`) return { status: 401, body: `I do not know ${headers.authorization}` }
    const records = (form === 'ndjson' ? body.trimEnd().split('\n').map((line) => JSON.parse(line)) : JSON.parse(body)) as EcsRecord[]
    if (records.some(({ event }) => self.poisoned.has(event.id))) return { status: 422, body: 'a record is not valid' }
    self.taken.push(...records.map(({ event }) => event.id))
    return { status: 204 }
  })
}
