import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { azure } from '../../src/config/destinations/azure.ts'
import { complaints } from '../../src/config/validate.ts'
import { createAzureDestination } from '../../src/destinations/azure.ts'
import type { Destination, Parcel } from '../../src/destinations/destination.ts'
import { createSecret } from '../../src/destinations/secret.ts'
import { createAzureEncoder } from '../../src/encode/azure.ts'
import { columnsOf } from '../../src/encode/azure-columns.ts'
import { Event } from '../../src/event.ts'
import { Json, type Value } from '../../src/fields/declare.ts'
import { allFields, F } from '../../src/fields/index.ts'
import { fromBytes, toBytes } from '../../src/lib/bytes.ts'
import { temporaryFolder } from '../rsyslog/support.ts'
import { CLIENT, RULE, SECRET, startAzure, TENANT, type AzureStub } from './azure-stub.ts'
import { never, parcelOf } from './parcels.ts'

const columns = new Set(columnsOf(allFields).map(({ name }) => name))

interface Setup {
  readonly stub: AzureStub
  readonly destination: Destination
  /** Moves the clock, by ms. */
  pass(ms: number): void
}

async function setUp(t: TestContext, keys: Record<string, unknown> = {}, secret = SECRET): Promise<Setup> {
  const stub = await startAzure(t, columns)
  const file = join(temporaryFolder(t), 'secret')
  writeFileSync(file, `${secret}\n`)
  const identity = keys['managed_identity'] === true ? { metadata_url: stub.url } : { tenant: TENANT, client_id: CLIENT, token_file: file, login_url: stub.url }
  const settings = azure.parse({ name: 'sentinel', type: 'azure', url: stub.url, dcr: RULE, timeout: '5s', ...identity, ...keys })
  let now = Date.UTC(2026, 10, 20)
  const destination = createAzureDestination(settings, createSecret({ file }, {}), () => now)
  t.after(() => destination.close())
  await destination.open()
  return { stub, destination, pass: (ms) => (now += ms) }
}

const rows = (count: number, text = ''): Parcel[] => Array.from({ length: count }, (_, i) => parcelOf(`{"EventId":"${i}","Message":"${text}"}`, String(i)))
const calls = (stub: AzureStub) => stub.requests.filter(({ path }) => path.startsWith('/dataCollectionRules/'))
const ok = (count: number) => ({ kind: 'delivered', count, rejected: [] })

describe('Azure (against a stub)', { timeout: 60_000 }, () => {
  test('an array of rows, with the token of the application', async (t) => {
    const { stub, destination } = await setUp(t)
    assert.deepEqual(await destination.deliver(rows(3), never), ok(3))
    assert.deepEqual(stub.rows.map((row) => row['EventId']), ['0', '1', '2'])
  })

  test('with the token of a managed identity, also of one that was chosen', async (t) => {
    for (const keys of [{ managed_identity: true }, { managed_identity: true, client_id: CLIENT }]) {
      const { stub, destination } = await setUp(t, keys)
      assert.deepEqual(await destination.deliver(rows(1), never), ok(1))
      assert.equal(stub.requests[0]?.method, 'GET')
    }
  })

  test('one token for many calls, a new one shortly before it ends', async (t) => {
    const { stub, destination, pass } = await setUp(t)
    for (const ms of [0, 1_000_000, 2_000_000]) {
      pass(ms)
      assert.equal((await destination.deliver(rows(1), never)).kind, 'delivered')
    }
    assert.equal(stub.tokens.length, 1)
    pass(300_001)
    await destination.deliver(rows(1), never)
    assert.equal(stub.tokens.length, 2)
  })

  test('401: a new token, once', async (t) => {
    const { stub, destination } = await setUp(t)
    await destination.deliver(rows(1), never)
    stub.tokens.push('withdrawn')
    assert.deepEqual(await destination.deliver(rows(2), never), ok(2))
    stub.next.push({ status: 401 }, () => ({ status: 200, body: '{"access_token":"x","expires_in":3600}' }), { status: 401 })
    const delivery = await destination.deliver(rows(1), never)
    assert.match(delivery.kind === 'hold' ? delivery.reason : '', /: 401$/)
  })

  test('a wrong secret: hold, and the secret is not told', async (t) => {
    const { stub, destination } = await setUp(t, {}, 'wrong-one')
    const delivery = await destination.deliver(rows(1), never)
    assert.match(delivery.kind === 'hold' ? delivery.reason : '', /^no token: 127\.0\.0\.1:\d+: 401 .*AADSTS7000215: Invalid client secret provided: \*\*\*/)
    assert.equal(calls(stub).length, 0)
  })

  test('cuts calls at 1,000,000 bytes, compressed or not', async (t) => {
    const { stub, destination } = await setUp(t)
    const text = 'x'.repeat(60_000)
    assert.deepEqual(await destination.deliver(rows(40, text), never), ok(40))
    assert.deepEqual(calls(stub).map(({ bytes }) => bytes <= 1_000_000), [true, true, true])
    assert.equal(calls(stub)[0]?.headers['content-encoding'], 'gzip')
    assert.equal(stub.rows.length, 40)
  })

  test('a row that no call can hold is rejected', async (t) => {
    const { destination } = await setUp(t)
    const delivery = await destination.deliver([...rows(1), parcelOf(`{"EventId":"long","Message":"${'x'.repeat(1_000_000)}"}`), ...rows(1)], never)
    assert.deepEqual(delivery.kind === 'delivered' && delivery.rejected.map(({ index }) => index), [1])
  })

  test('413: in halves', async (t) => {
    const { stub, destination } = await setUp(t)
    await destination.deliver(rows(1), never)
    stub.rows.length = 0
    stub.next.push({ status: 413 }, { status: 413 })
    assert.deepEqual(await destination.deliver(rows(8), never), ok(8))
    assert.deepEqual(stub.rows.map((row) => row['EventId']), ['0', '1', '2', '3', '4', '5', '6', '7'])
  })

  test('429: as long as it says', async (t) => {
    const { stub, destination } = await setUp(t)
    await destination.deliver(rows(1), never)
    stub.next.push({ status: 429, headers: { 'retry-after': '7' } })
    const delivery = await destination.deliver(rows(1), never)
    assert.deepEqual([delivery.kind, delivery.kind === 'retry' && delivery.after], ['retry', 7000])
  })

  test('one bad row among good ones is found and rejected', async (t) => {
    const { stub, destination } = await setUp(t)
    stub.accepts = (row) => row['EventId'] !== '5'
    const delivery = await destination.deliver(rows(9), never)
    assert.deepEqual(delivery.kind === 'delivered' && delivery.rejected.map(({ index, status }) => [index, status]), [[5, 400]])
    assert.deepEqual(stub.rows.map((row) => row['EventId']), ['0', '1', '2', '3', '4', '6', '7', '8'])
  })

  test('every call is refused, also that without a row: hold, nothing is rejected', async (t) => {
    const { stub, destination } = await setUp(t)
    const inner = stub.answer
    stub.answer = (request) => (request.path.includes('streams') ? { status: 400, body: '{"error":{"code":"InvalidStream"}}' } : inner(request))
    for (const count of [1, 5]) {
      const delivery = await destination.deliver(rows(count), never)
      assert.match(delivery.kind === 'hold' ? delivery.reason : JSON.stringify(delivery), /InvalidStream/)
    }
  })

  for (const [status, kind, reason] of [[403, 'hold', /Monitoring Metrics Publisher/], [404, 'hold', /404/], [500, 'retry', /500/], [503, 'retry', /503/]] as const) {
    test(`${status}: ${kind}`, async (t) => {
      const { stub, destination } = await setUp(t)
      await destination.deliver(rows(1), never)
      stub.next.push({ status })
      const delivery = await destination.deliver(rows(1), never)
      assert.equal(delivery.kind, kind)
      assert.match(JSON.stringify(delivery), reason)
    })
  }

  for (const [status, kind] of [[404, 'retry'], [410, 'retry'], [429, 'retry'], [500, 'retry'], [400, 'hold']] as const) {
    test(`${status} for a token of a managed identity: ${kind}`, async (t) => {
      const { stub, destination } = await setUp(t, { managed_identity: true })
      stub.next.push({ status })
      assert.equal((await destination.deliver(rows(1), never)).kind, kind)
      assert.deepEqual(await destination.deliver(rows(1), never), ok(1))
    })
  }
})

describe('rows for Azure', () => {
  const encode = createAzureEncoder({})
  const rowOf = (values: Partial<Record<keyof typeof F, Value>>): Record<string, unknown> => {
    const event = new Event()
    for (const [name, value] of Object.entries(values)) event.values[F[name as keyof typeof F].index] = value
    return JSON.parse(fromBytes(encode(event))) as Record<string, unknown>
  }

  test('columns have names that Azure takes', () => {
    const names = columnsOf(allFields).map(({ name }) => name)
    for (const name of names) assert.match(name, /^[A-Za-z][A-Za-z0-9_]{0,44}$/)
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length)
    // https://learn.microsoft.com/azure/azure-monitor/logs/create-custom-table
    const reserved = ['_resourceid', 'id', '_subscriptionid', 'tenantid', 'type', 'uniqueid', 'title']
    assert.deepEqual(names.filter((name) => reserved.includes(name.toLowerCase())), [])
  })

  test('both times, names and values', () => {
    assert.deepEqual(
      rowOf({
        '@timestamp': '2021-05-18T00:50:00.123456789Z', 'user.name': toBytes('z"oë'), 'source.ip': '192.0.2.7', 'file.size': 12, 'naslog.truncated': true,
        'event.category': ['file'], 'qumulo.audit.after': new Json('{"owner":{"sid":"S-1"}}'), 'file.mtime': '2021-05-18T00:50:00.5+02:00',
      }),
      {
        TimeGenerated: '2021-05-18T00:50:00.1234567Z', EventTime: '2021-05-18T00:50:00.1234567Z', UserName: 'z"oë', SourceIp: '192.0.2.7', FileSize: 12,
        NaslogTruncated: true, EventCategory: ['file'], QumuloAuditAfter: { owner: { sid: 'S-1' } }, FileMtime: '2021-05-18T00:50:00.5+02:00',
      },
    )
    assert.deepEqual(rowOf({}), {})
  })

  test('values that are too long are cut, between characters, and named', () => {
    const long = toBytes('a' + 'é'.repeat(40_000))
    const list = Array.from({ length: 10_000 }, (_, i) => `number ${i}`)
    const row = rowOf({ 'event.original': long, 'user.name': 'bob', 'related.user': list, 'qumulo.audit.after': new Json(JSON.stringify({ list })) })
    assert.deepEqual(row['CutColumns'], ['EventOriginal', 'RelatedUser', 'QumuloAuditAfter'])
    assert.equal(row['EventOriginal'], 'a' + 'é'.repeat(31_999))
    assert.equal(row['RelatedUser'], JSON.stringify(list).slice(0, 64_000))
    assert.equal(row['QumuloAuditAfter'], JSON.stringify({ list }).slice(0, 64_000))
    assert.equal(row['UserName'], 'bob')
  })
})

describe('the configuration of Azure', () => {
  const base = { name: 'a', type: 'azure', url: 'https://x.ingest.monitor.azure.com', dcr: RULE }
  const tellsOf = (keys: object): string => complaints(azure, { ...base, ...keys }, (path) => path.join('.')).map(({ where, text }) => `${where}: ${text}`).join('\n')

  test('keys of the Data Collector API get a clear answer', () => {
    assert.match(tellsOf({ workspace_id: 'x', managed_identity: true }), /^workspace_id: .*Data Collector API.* ended on 14 September 2026; the Logs Ingestion API takes `url:`, `dcr:` and `stream:`/)
    assert.match(tellsOf({ shared_key: 'hush' }), /unknown key 'shared_key'/)
    assert.doesNotMatch(tellsOf({ shared_key: 'hush' }), /hush/)
  })

  test('exactly one identity', () => {
    const application = { tenant: TENANT, client_id: CLIENT }
    for (const keys of [{ managed_identity: true }, { managed_identity: true, client_id: CLIENT }, { ...application, token_file: '/s' }, { ...application, token_env: 'S' }]) {
      assert.equal(tellsOf(keys), '')
    }
    for (const keys of [{}, application, { ...application, token_file: '/s', token_env: 'S' }, { ...application, managed_identity: true }, { token_file: '/s' }]) {
      assert.match(tellsOf(keys), /expected one identity/)
    }
  })
})
