import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { destinations, type DestinationSettings } from '../../src/config/destinations/index.ts'
import type { Delivery, Destination, Parcel } from '../../src/destinations/destination.ts'
import { createRecordEncoder } from '../../src/destinations/encoder.ts'
import { createDestination } from '../../src/destinations/index.ts'
import { F } from '../../src/fields/index.ts'
import { createPipeline } from '../../src/pipeline.ts'
import { createZones } from '../../src/zones.ts'
import { rawOf } from '../support/omprog.ts'
import { freePort } from '../support/rsyslogd.ts'
import type { Peer } from './peers.ts'
import { startStub, type Misdeed, type StubReply, type StubServer } from './stub.ts'

/** A destination that is reached over HTTP, and the stub of its server. */
export interface Subject<P extends Peer = Peer> {
  readonly title: string
  /** Its configuration without name, url and secret. */
  readonly settings: Readonly<Record<string, unknown>> & { readonly type: string }
  readonly peer: () => P
  /** Statuses that mean something else than in the common table. */
  readonly held?: readonly number[]
  /** True if a 401 is answered with a new token first. */
  readonly renews?: boolean
  /** True if a repeat of what the peer has is dropped by it. */
  readonly idempotent?: boolean
}

export interface Bench<P extends Peer = Peer> {
  readonly stub: StubServer
  readonly peer: P
  readonly destination: Destination
  /** File of the secret. */
  readonly key: string
  parcels(count: number, padding?: number): Parcel[]
}

export const never = new AbortController().signal

/** Validates the configuration of one destination. */
export function settingsOf(configuration: object): DestinationSettings {
  return destinations.parse([{ name: 'subject', ...configuration }])[0] as DestinationSettings
}

/** A destination with its stub; everything is closed after the test. */
export async function bench<P extends Peer>(t: TestContext, subject: Subject<P>, more: object = {}): Promise<Bench<P>> {
  const dir = mkdtempSync(join(tmpdir(), 'naslog-destination-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const peer = subject.peer()
  const stub = await startStub(t, (request) => peer.answer(request))
  const key = join(dir, 'key')
  writeFileSync(key, `${peer.key}\n`)
  const settings = settingsOf({ url: stub.url, token_file: key, timeout: '5s', ...subject.settings, ...more })
  const destination = await createDestination(settings, { sync: false, env: {} })
  await destination.open()
  t.after(() => destination.close())
  return { stub, peer, destination, key, parcels: (count, padding) => parcelsOf(settings, count, padding) }
}

/** Parcels of numbered lines, as the pipeline makes them for a destination. */
export function parcelsOf(settings: DestinationSettings, count: number, padding = 0): Parcel[] {
  const pipeline = createPipeline({ zones: createZones({ default: 'UTC', devices: [], local: () => 'UTC' }), keepOriginal: false, wanted: () => true })
  const encode = createRecordEncoder(settings, { format: 'ecs', fields: undefined })
  const at = Date.UTC(2026, 5, 9, 10, 30)
  return Array.from({ length: count }, (_, index) => {
    const line = rawOf(index, 'x'.repeat(padding))
    const reception = { at, reference: at, repaired: false, delivery: `test ${index}` }
    const event = pipeline(line, reception)
    return { record: encode(event), id: event.get(F['event.id']) as string, line, reception }
  })
}

/** Requests that carried records: not those that ask for acknowledgement. */
const carriers = ({ requests }: StubServer) => requests.filter(({ path }) => !path.includes('/ack?'))
const idsOf = (parcels: readonly Parcel[]): string[] => parcels.map(({ id }) => id)
const all = (count: number): Delivery => ({ kind: 'delivered', count, rejected: [] })

/** Delivers as the forwarder does: what is to be given again is, at once. */
async function insist(destination: Destination, parcels: readonly Parcel[]): Promise<{ rejected: string[]; faults: string[] }> {
  const rejected: string[] = []
  const faults: string[] = []
  for (let rest = parcels, tries = 0; rest.length > 0; tries++) {
    assert.ok(tries < 50, `still not delivered: ${faults.at(-1)}`)
    const delivery = await destination.deliver(rest, never)
    if (delivery.kind !== 'delivered') {
      faults.push(delivery.kind)
      continue
    }
    for (const { index } of delivery.rejected) rejected.push(rest[index]?.id ?? '')
    const left = new Set(delivery.again?.indexes)
    if (delivery.again !== undefined) faults.push(delivery.again.fault.kind)
    rest = rest.filter((_, index) => index >= delivery.count || left.has(index))
  }
  return { rejected, faults }
}

const status = (code: number, headers: Record<string, string> = {}): StubReply => ({ status: code, headers, body: `{"says":"${code}"}` })

/** What every destination over HTTP must do, whatever its server does. */
export function testContract<P extends Peer>(subject: Subject<P>): void {
  describe(`${subject.title}: contract`, { timeout: 60_000 }, () => {
    test('delivers a batch, in order, once', async (t) => {
      const { destination, parcels, peer } = await bench(t, subject)
      const batch = parcels(25)
      assert.deepEqual(await destination.deliver(batch, never), all(25))
      assert.deepEqual(peer.taken, idsOf(batch))
    })

    test('compresses requests unless it shall not', async (t) => {
      for (const gzip of [true, false]) {
        const { destination, parcels, stub } = await bench(t, subject, { gzip })
        assert.deepEqual(await destination.deliver(parcels(25), never), all(25))
        assert.equal(stub.requests[0]?.headers['content-encoding'], gzip ? 'gzip' : undefined)
      }
    })

    test('keeps its connection', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject)
      for (let round = 0; round < 5; round++) assert.deepEqual(await destination.deliver(parcels(2), never), all(2))
      assert.equal(stub.connections, 1)
    })

    test('a connection that the server closed meanwhile is no fault', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject)
      assert.deepEqual(await destination.deliver(parcels(2), never), all(2))
      stub.closeIdle()
      assert.deepEqual(await destination.deliver(parcels(2), never), all(2))
      stub.next.push('reset')
      assert.deepEqual(await destination.deliver(parcels(2), never), all(2))
    })

    test('a record that is refused is rejected alone; the others arrive', async (t) => {
      const { destination, parcels, peer } = await bench(t, subject)
      const batch = parcels(40)
      const bad = [0, 17, 18, 39].map((index) => batch[index]!.id)
      for (const id of bad) peer.poisoned.add(id)
      const { rejected, faults } = await insist(destination, batch)
      assert.deepEqual(rejected.sort(), [...bad].sort())
      assert.deepEqual(faults, [])
      assert.deepEqual([...new Set(peer.taken)].sort(), idsOf(batch).filter((id) => !bad.includes(id)).sort())
    })

    test('a batch of one record that is refused is rejected, with status and reason', async (t) => {
      const { destination, parcels, peer } = await bench(t, subject)
      const [parcel] = parcels(1)
      peer.poisoned.add(parcel!.id)
      const delivery = await destination.deliver([parcel!], never)
      assert.ok(delivery.kind === 'delivered' && delivery.rejected.length === 1)
      assert.match(String(delivery.rejected[0]?.status), /^4\d\d$/)
      assert.match(delivery.rejected[0]?.reason ?? '', /^127\.0\.0\.1:\d+: 4\d\d ./)
    })

    for (const code of [408, 425, 429, 500, 502, 503, 504]) {
      const kind = subject.held?.includes(code) === true ? 'hold' : 'retry'
      test(`${code}: ${kind}`, async (t) => {
        const { destination, parcels, stub, peer } = await bench(t, subject)
        const batch = parcels(3)
        stub.next.push(status(code))
        const delivery = await destination.deliver(batch, never)
        assert.equal(delivery.kind, kind)
        assert.match(JSON.stringify(delivery), new RegExp(`127\\.0\\.0\\.1:\\d+: ${code} `))
        assert.deepEqual(await destination.deliver(batch, never), all(3))
        assert.deepEqual(peer.taken, idsOf(batch))
      })
    }

    test('Retry-After counts, as seconds and as a date; nonsense does not', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject)
      const after = async (value: string): Promise<number | undefined> => {
        stub.next.push(status(429, { 'retry-after': value }))
        const delivery = await destination.deliver(parcels(1), never)
        return delivery.kind === 'retry' ? delivery.after : NaN
      }
      assert.equal(await after('7'), 7000)
      assert.equal(await after('999999999'), 3_600_000)
      for (const value of ['0', '-5', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT']) assert.equal(await after(value), undefined, value)
      const date = await after(new Date(Date.now() + 30_000).toUTCString())
      assert.ok(date !== undefined && date > 25_000 && date <= 30_000, String(date))
    })

    for (const code of [301, 401, 403, 404, 405, 410, 451]) {
      if (code === 401 && subject.renews === true) continue
      test(`${code} holds everything`, async (t) => {
        const { destination, parcels, stub } = await bench(t, subject)
        stub.next.push(status(code, { location: 'http://127.0.0.1:1/' }))
        assert.equal((await destination.deliver(parcels(3), never)).kind, 'hold')
        assert.equal(stub.requests.length, 1)
      })
    }

    test('a wrong key holds; a new one in the file counts without a restart; neither is told', async (t) => {
      const { destination, key, parcels, peer } = await bench(t, subject)
      writeFileSync(key, 'wr0ng-s3cret')
      const held = await destination.deliver(parcels(2), never)
      assert.equal(held.kind, 'hold')
      assert.doesNotMatch(JSON.stringify(held), /wr0ng|k3y/)
      writeFileSync(key, '')
      assert.match(JSON.stringify(await destination.deliver(parcels(2), never)), /"hold".*key: is empty/)
      rmSync(key)
      assert.match(JSON.stringify(await destination.deliver(parcels(2), never)), /"hold".*key: ENOENT/)
      writeFileSync(key, peer.key)
      assert.deepEqual(await destination.deliver(parcels(2), never), all(2))
    })

    test('a server that echoes the key does not bring it into messages', async (t) => {
      const { destination, parcels, peer, stub } = await bench(t, subject)
      stub.next.push({ status: 403, body: `no access for ${peer.key}` })
      const held = JSON.stringify(await destination.deliver(parcels(1), never))
      assert.match(held, /no access for \*\*\*/)
    })

    test('a server that refuses everything holds; nothing is given up', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject)
      stub.answer = () => status(400)
      assert.equal((await destination.deliver(parcels(100), never)).kind, 'hold')
    })

    test('so does one that refuses each of many small batches; a record that it takes ends it', async (t) => {
      const { destination, parcels, peer, stub } = await bench(t, subject)
      const batch = parcels(8)
      stub.answer = () => status(400)
      const kinds: string[] = []
      for (let round = 0; round < 4; round++) kinds.push((await destination.deliver(batch.slice(0, 5), never)).kind)
      // Some can tell sooner.
      assert.equal(kinds.at(-1), 'hold')
      stub.answer = (request) => peer.answer(request)
      peer.poisoned.add(batch[5]!.id)
      const { rejected, faults } = await insist(destination, batch.slice(5))
      assert.deepEqual({ rejected, faults }, { rejected: [batch[5]!.id], faults: [] })
    })

    test('413: sends less at once, down to the record that is too large', async (t) => {
      const { destination, parcels, peer, stub } = await bench(t, subject)
      const batch = [...parcels(30), ...parcels(31, 12_000).slice(30)]
      peer.limit = 10_000
      const { rejected, faults } = await insist(destination, batch)
      assert.deepEqual(rejected, [batch[30]!.id])
      assert.deepEqual(faults, [])
      assert.deepEqual([...new Set(peer.taken)], idsOf(batch.slice(0, 30)))
      assert.ok(stub.requests.length > 3)
    })

    test('413 before the body is read is understood', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject)
      stub.next.push({ early: status(413) })
      assert.deepEqual(await destination.deliver(parcels(2), never), all(2))
      assert.equal(carriers(stub).length, 2)
    })

    test('no request is larger than the configuration says; a record that alone is larger is rejected unsent', async (t) => {
      const { destination, parcels, peer, stub } = await bench(t, subject, { batch: { bytes: '9kB' } })
      const batch = [...parcels(20), ...parcels(21, 12_000).slice(20)]
      const delivery = await destination.deliver(batch, never)
      assert.ok(delivery.kind === 'delivered')
      assert.deepEqual(delivery.rejected.map(({ index }) => index), [20])
      assert.deepEqual(peer.taken, idsOf(batch.slice(0, 20)))
      assert.ok(stub.requests.length > 1)
      for (const { bytes } of stub.requests) assert.ok(bytes <= 9000, `${bytes} bytes`)
    })

    test('no request has more records than the configuration says', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject, { batch: { records: 7 } })
      assert.equal(destination.limits.records, 7)
      assert.deepEqual(await destination.deliver(parcels(20), never), all(20))
      assert.equal(carriers(stub).length, 3)
    })

    test('a fault in the middle leaves only what was not taken', async (t) => {
      const { destination, parcels, peer, stub } = await bench(t, subject, { batch: { records: 10 } })
      const batch = parcels(30)
      stub.answer = (request) => (carriers(stub).length === 2 ? status(503, { 'retry-after': '3' }) : peer.answer(request))
      const delivery = await destination.deliver(batch, never)
      assert.ok(delivery.kind === 'delivered' && delivery.again !== undefined)
      assert.deepEqual(delivery.again.indexes, [...batch.keys()].slice(10))
      assert.ok(delivery.again.fault.kind === 'retry' && delivery.again.fault.after === 3000)
    })

    const misdeeds: readonly (Misdeed & string)[] = ['hang', 'reset', 'reset in the answer', 'half-close', 'drip']
    for (const misdeed of misdeeds) {
      test(`${misdeed}: is tried again`, async (t) => {
        const { destination, parcels, peer, stub } = await bench(t, subject, { timeout: '500ms' })
        const batch = parcels(3)
        stub.next.push(misdeed)
        assert.equal((await destination.deliver(batch, never)).kind, 'retry')
        assert.deepEqual(await destination.deliver(batch, never), all(3))
        // What was taken before the answer was lost is there twice, unless the server tells by the id.
        assert.deepEqual([...new Set(peer.taken)], idsOf(batch))
        if (subject.idempotent === true) assert.equal(peer.taken.length, 3)
      })
    }

    test('an answer that means nothing is not taken for a success', async (t) => {
      if (subject.settings.type === 'http' || subject.settings.type === 'datadog' || subject.settings.type === 'otlp') return t.skip('every 2xx is one')
      const { destination, parcels, stub } = await bench(t, subject)
      for (const body of ['', '<html>', '[]', '{}', 'null']) {
        stub.next.push({ status: 200, body })
        assert.equal((await destination.deliver(parcels(1), never)).kind, 'retry', body)
      }
    })

    test('nobody listens: is tried again', async (t) => {
      const url = `http://127.0.0.1:${await freePort()}`
      const { destination, parcels } = await bench(t, subject, { url })
      assert.match(JSON.stringify(await destination.deliver(parcels(1), never)), /"retry".*connection refused/)
    })

    test('a server that never finishes the handshake: is tried again in time', async (t) => {
      const silent = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
      await new Promise((resolve) => silent.once('listening', resolve))
      t.after(() => silent.close())
      const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`
      const { destination, parcels } = await bench(t, subject, { url, connect_timeout: '150ms' })
      assert.match(JSON.stringify(await destination.deliver(parcels(1), never)), /"retry".*no connection within 0\.15 s/)
    })

    test('ends at once at the signal', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject, { timeout: '10m' })
      stub.next.push('hang')
      const abort = new AbortController()
      const delivery = destination.deliver(parcels(3), abort.signal)
      await sleep(50)
      const started = Date.now()
      abort.abort()
      assert.equal((await delivery).kind, 'retry')
      assert.ok(Date.now() - started < 1000)
      assert.notEqual((await destination.deliver(parcels(1), abort.signal)).kind, 'delivered')
    })

    test('closing twice is harmless, also with a request under way', async (t) => {
      const { destination, parcels, stub } = await bench(t, subject, { timeout: '10m' })
      stub.next.push('hang')
      const delivery = destination.deliver(parcels(3), never)
      await sleep(10)
      await destination.close()
      await destination.close()
      assert.equal((await delivery).kind, 'retry')
    })

    test('does not open without its secret', async (t) => {
      const stub = await startStub(t, () => status(200))
      const { token_file: _, ...rest } = { token_file: '', url: stub.url, ...subject.settings }
      const missing = await createDestination(settingsOf({ ...rest, token_file: '/nowhere/key' }), { sync: false, env: {} })
      await assert.rejects(missing.open(), /^Error: \/nowhere\/key: ENOENT$/)
      const unset = await createDestination(settingsOf({ ...rest, token_env: 'NO_SUCH' }), { sync: false, env: {} })
      await assert.rejects(unset.open(), /^Error: the variable NO_SUCH: is empty$/)
      const set = await createDestination(settingsOf({ ...rest, token_env: 'KEY' }), { sync: false, env: { KEY: 'a' } })
      await set.open()
      await set.close()
    })
  })
}
