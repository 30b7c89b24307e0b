import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { createDestination } from '../../src/destinations/index.ts'
import { makeCertificates } from './certificates.ts'
import { bench, never, parcelsOf, settingsOf } from './contract.ts'
import { datadogPeer, elasticsearchPeer, otlpPeer, splunkPeer } from './peers.ts'

const elasticsearch = { title: 'elasticsearch', settings: { type: 'elasticsearch' }, peer: elasticsearchPeer }
const splunk = { title: 'splunk', settings: { type: 'splunk' }, peer: splunkPeer }

test('elasticsearch: items that were too much are given again alone, others not; what is there already is a success', async (t) => {
  const { destination, parcels, peer } = await bench(t, elasticsearch)
  const batch = parcels(6)
  peer.itemStatus.set(batch[1]!.id, 429).set(batch[4]!.id, 503)
  peer.poisoned.add(batch[2]!.id)
  const delivery = await destination.deliver(batch, never)
  assert.ok(delivery.kind === 'delivered')
  assert.equal(delivery.count, 6)
  assert.deepEqual(delivery.rejected.map(({ index, status }) => ({ index, status })), [{ index: 2, status: 400 }])
  assert.match(delivery.rejected[0]?.reason ?? '', /: 400 document_parsing_exception: failed to parse field \[x\]$/)
  assert.deepEqual(delivery.again?.indexes, [1, 4])
  assert.match(delivery.again.fault.reason, /^127\.0\.0\.1:\d+: 429 es_rejected_execution_exception/)
  peer.itemStatus.clear()
  assert.deepEqual(await destination.deliver([batch[0]!, batch[1]!, batch[4]!], never), { kind: 'delivered', count: 3, rejected: [] })
  assert.equal(peer.taken.length, 5)
})

const items: readonly (readonly [name: string, item: object, kind: 'rejected' | 'hold' | 'retry'])[] = [
  ['a data stream that is not there', { status: 404, error: { type: 'index_not_found_exception', reason: 'no such index [x] and [require_data_stream] request flag is [true]' } }, 'hold'],
  ['something else that is not there', { status: 404, error: { type: 'document_missing_exception', reason: 'x' } }, 'rejected'],
  ['a closed index', { status: 403, error: { type: 'cluster_block_exception', reason: 'index [x] blocked by: [FORBIDDEN/8/index write (api)]' } }, 'hold'],
  ['a record that does not fit', { status: 400, error: { type: 'document_parsing_exception', reason: 'x', caused_by: { reason: 'why' } } }, 'rejected'],
  ['a full queue', { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'x' } }, 'retry'],
  ['a missing shard', { status: 503, error: { type: 'unavailable_shards_exception', reason: 'x' } }, 'retry'],
  ['an item without a status', {}, 'retry'],
]
for (const [name, item, kind] of items) {
  test(`elasticsearch: ${name}: ${kind}`, async (t) => {
    const { destination, parcels, stub } = await bench(t, elasticsearch)
    stub.next.push({ status: 200, body: JSON.stringify({ errors: true, items: [{ create: { status: 201 } }, { create: item }] }) })
    const delivery = await destination.deliver(parcels(2), never)
    assert.ok(delivery.kind === 'delivered')
    if (kind === 'rejected') assert.deepEqual(delivery.rejected.map(({ index }) => index), [1])
    else assert.deepEqual([delivery.again?.indexes, delivery.again?.fault.kind], [[1], kind])
  })
}

test('elasticsearch: fewer items than records are no answer', async (t) => {
  const { destination, parcels, stub } = await bench(t, elasticsearch)
  stub.next.push({ status: 200, body: JSON.stringify({ errors: true, items: [{ create: { status: 201 } }] }) })
  assert.equal((await destination.deliver(parcels(2), never)).kind, 'retry')
})

test('elasticsearch: keys as id:key, basic authentication, one stream for each vendor', async (t) => {
  const { stub } = await bench(t, elasticsearch)
  const seen = async (settings: object): Promise<string | undefined> => {
    const made = await createDestination(settingsOf({ type: 'elasticsearch', url: stub.url, ...settings }), { sync: false, env: { SECRET: 'id:pw', PASSWORD: 'p' } })
    await made.open()
    await made.deliver(parcelsOf(settingsOf({ type: 'elasticsearch', url: stub.url }), 1), never)
    await made.close()
    return stub.requests.at(-1)?.headers.authorization
  }
  assert.equal(await seen({ token_env: 'SECRET' }), `ApiKey ${Buffer.from('id:pw').toString('base64')}`)
  assert.equal(await seen({ user: 'bob', password_env: 'PASSWORD' }), `Basic ${Buffer.from('bob:p').toString('base64')}`)
  assert.equal(await seen({}), undefined)
  const [parcel] = parcelsOf(settingsOf({ type: 'elasticsearch', url: stub.url, data_stream: { qnap: 'logs-qnap.nas-prod', other: 'logs-x-y' } }), 1)
  assert.match(parcel?.record ?? '', /^\{"create":\{"_index":"logs-qnap\.nas-prod","_id":"[0-9a-f]{32}"\}\}\n\{"@timestamp":/)
})

/** https://help.splunk.com, "Possible error codes". */
const codes: readonly (readonly [status: number, code: number, kind: string])[] = [
  [403, 1, 'hold'], [401, 2, 'hold'], [401, 3, 'hold'], [403, 4, 'hold'], [400, 7, 'hold'], [500, 8, 'retry'], [503, 9, 'retry'],
  [400, 10, 'hold'], [400, 11, 'hold'], [400, 14, 'hold'], [400, 16, 'hold'], [503, 18, 'retry'], [400, 21, 'hold'], [400, 22, 'hold'],
  [503, 23, 'retry'], [429, 26, 'retry'], [429, 27, 'retry'],
  [400, 5, 'rejected'], [400, 6, 'rejected'], [400, 12, 'rejected'], [400, 13, 'rejected'], [400, 15, 'rejected'],
  [200, 24, 'delivered'], [200, 25, 'delivered'], [200, 99, 'retry'],
]
for (const [status, code, kind] of codes) {
  test(`splunk: ${status} with code ${code}: ${kind}`, async (t) => {
    const { destination, parcels, stub } = await bench(t, splunk)
    stub.next.push({ status, body: JSON.stringify({ text: 'words', code }) })
    const delivery = await destination.deliver(parcels(1), never)
    const seen = delivery.kind === 'delivered' && delivery.rejected.length === 1 ? 'rejected' : delivery.kind
    assert.equal(seen, kind)
  })
}

test('splunk: what stands before the event that it stops at is not sent again', async (t) => {
  const { destination, parcels, peer, stub } = await bench(t, splunk)
  const batch = parcels(10)
  peer.poisoned.add(batch[4]!.id)
  const delivery = await destination.deliver(batch, never)
  assert.ok(delivery.kind === 'delivered' && delivery.again === undefined)
  assert.deepEqual(delivery.rejected.map(({ index }) => index), [4])
  assert.deepEqual(peer.taken, batch.filter((_, index) => index !== 4).map(({ id }) => id))
  stub.next.push({ status: 503, body: JSON.stringify({ text: 'Server is busy', code: 9, 'invalid-event-number': 3 }) })
  const busy = await destination.deliver(batch, never)
  assert.ok(busy.kind === 'delivered' && busy.again?.fault.kind === 'retry')
  assert.deepEqual(busy.again.indexes, [3, 4, 5, 6, 7, 8, 9])
})

test('splunk with acknowledgement: what is not indexed in time is sent again; a token without it is held', async (t) => {
  const { destination, parcels, peer, stub } = await bench(t, splunk, { acknowledge: true, acknowledge_timeout: '1s' })
  peer.acknowledge = 'none'
  assert.match(JSON.stringify(await destination.deliver(parcels(1), never)), /"retry".*not indexed within 1 s/)
  peer.acknowledge = 'all'
  assert.equal((await destination.deliver(parcels(1), never)).kind, 'delivered')
  stub.next.push({ status: 200, body: '{"text":"Success","code":0}' })
  assert.match(JSON.stringify(await destination.deliver(parcels(1), never)), /"hold".*has no indexer acknowledgement/)
  stub.next.push((request) => peer.answer(request), { status: 400, body: '{"text":"ACK is disabled","code":14}' })
  assert.equal((await destination.deliver(parcels(1), never)).kind, 'hold')
})

test('otlp: records that were refused, nobody knows which, are not sent again', async (t) => {
  const { destination, parcels, peer, stub } = await bench(t, { title: 'otlp', settings: { type: 'otlp' }, peer: otlpPeer })
  peer.partial = { rejectedLogRecords: '2', errorMessage: 'too old' }
  const delivery = await destination.deliver(parcels(5), never)
  assert.ok(delivery.kind === 'delivered')
  assert.deepEqual(delivery.doubtful, { count: 2, reason: '2 of 5 records were refused, it is not known which: too old' })
  for (const partial of [{}, { rejectedLogRecords: 0, errorMessage: 'a warning' }, { rejectedLogRecords: 'x' }]) {
    peer.partial = partial
    assert.deepEqual(await destination.deliver(parcels(2), never), { kind: 'delivered', count: 2, rejected: [] })
  }
  assert.equal(stub.requests.length, 4)
})

test('datadog: a log beyond 1 MB, which would be cut, is rejected; no request has more than 1000 logs', async (t) => {
  const { destination, parcels, stub } = await bench(t, { title: 'datadog', settings: { type: 'datadog' }, peer: datadogPeer })
  const batch = parcels(1200)
  const large = { ...batch[0]!, record: batch[0]!.record.replace('"message":"', `"message":"${'x'.repeat(1_000_000)}`) }
  const delivery = await destination.deliver([large, ...batch], never)
  assert.ok(delivery.kind === 'delivered')
  assert.deepEqual(delivery.rejected.map(({ index }) => index), [0])
  assert.match(delivery.rejected[0]?.reason ?? '', /^the record has 1\d{6} bytes, and at most 1000000 are taken$/)
  assert.equal(stub.requests.length, 2)
})

test('TLS: own authority, certificate of ours; anything else is held', async (t: TestContext) => {
  const dir = mkdtempSync(join(tmpdir(), 'naslog-tls-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const { ca, otherCa, server, client, stranger } = makeCertificates(dir)
  const names: unknown[] = []
  const pem = { ca: readFileSync(ca), cert: readFileSync(server.cert), key: readFileSync(server.key) }
  const listener = createServer({ ...pem, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    names.push((request.socket as TLSSocket).getPeerCertificate().subject.CN)
    request.resume().once('end', () => response.writeHead(200).end())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  t.after(() => listener.close())
  const { port } = listener.address() as AddressInfo
  const deliver = async (tls: object, host = '127.0.0.1') => {
    const settings = settingsOf({ type: 'http', url: `https://${host}:${port}`, tls, timeout: '5s' })
    const destination = await createDestination(settings, { sync: false, env: {} })
    await destination.open()
    const delivery = await destination.deliver(parcelsOf(settings, 1), never)
    await destination.close()
    return delivery.kind === 'delivered' ? delivery.kind : `${delivery.kind} ${delivery.reason.replace(/:\d+:/, ':')}`
  }
  const ours = { ca, cert: client.cert, key: client.key }
  assert.equal(await deliver(ours), 'delivered')
  assert.deepEqual(names, ['client'])
  assert.match(await deliver({ cert: client.cert, key: client.key }), /^hold 127\.0\.0\.1: its certificate is of an authority that is not trusted/)
  assert.match(await deliver({ ...ours, ca: otherCa }), /^hold 127\.0\.0\.1: its certificate is of an authority that is not trusted/)
  assert.match(await deliver({ ca, cert: stranger.cert, key: stranger.key }), /^hold|^retry 127\.0\.0\.1: connection/)
  assert.match(await deliver({ ca }), /^hold|^retry 127\.0\.0\.1: connection/)
  await assert.rejects(deliver({ ca: '/nowhere.pem' }), /nowhere\.pem/)
})
