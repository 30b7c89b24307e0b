import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import fc from 'fast-check'
import type { Destination } from '../../src/destinations/destination.ts'
import { createFrameReader, encodeFrame, type RelpFrame } from '../../src/destinations/relp-frames.ts'
import { createRelpDestination, type RelpOptions } from '../../src/destinations/relp.ts'
import { temporaryFolder } from '../rsyslog/support.ts'
import { waitForLines } from '../support/lines.ts'
import { freePort, skipWithoutRsyslogd, startRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts'
import { makeCertificates } from './certificates.ts'
import { never, numbered, parcelOf } from './parcels.ts'

function destinationOf(t: TestContext, options: Partial<RelpOptions> & { port: number }): Destination {
  const destination = createRelpDestination({ name: 'central', host: '127.0.0.1', window: 128, maxMessageSize: 262_144, timeout: 2_000, ...options })
  t.after(() => destination.close())
  return destination
}

describe('frames of RELP', () => {
  test('are a number, a command, a length in bytes, and data', () => {
    assert.equal(encodeFrame({ transaction: 2, command: 'syslog', data: 'z\xc3\xb6' }), '2 syslog 3 z\xc3\xb6\n')
    assert.equal(encodeFrame({ transaction: 3, command: 'close', data: '' }), '3 close 0\n')
  })

  test('are read however they arrive', () => {
    const frames: RelpFrame[] = [
      { transaction: 1, command: 'rsp', data: '200 OK\nrelp_version=0' },
      { transaction: 999_999_999, command: 'rsp', data: '' },
      { transaction: 0, command: 'serverclose', data: '' },
    ]
    const stream = Buffer.from(frames.map(encodeFrame).join(''), 'latin1')
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const read: RelpFrame[] = []
        const reader = createFrameReader((frame) => read.push(frame))
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length]
        for (let i = 1; i < places.length; i++) reader(stream.subarray(places[i - 1], places[i]))
        assert.deepEqual(read, frames)
      }),
      { numRuns: 200 },
    )
  })

  test('what is no RELP is told, and not collected for ever', () => {
    for (const noise of ['HTTP/1.1 400 Bad Request\r\nServer: nginx and a long text behind it\r\n', '1 rsp 999999999 x', '1 rsp 2 200 OK\n']) {
      assert.throws(() => createFrameReader(() => {})(Buffer.from(noise)), /^Error: the peer/)
    }
  })
})

/** A server of RELP whose answers to messages a test decides; `undefined` is none. */
async function serve(t: TestContext, answer: (message: string, socket: Socket) => string | undefined, greeting = '200 OK\nrelp_version=0\ncommands=syslog'): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    const reader = createFrameReader(({ transaction, command, data }) => {
      if (command === 'syslog') heard.push(data)
      const text = command === 'open' ? greeting : command === 'syslog' ? answer(data, socket) : ''
      if (text !== undefined && !socket.destroyed) socket.write(encodeFrame({ transaction, command: 'rsp', data: text }))
    })
    socket.on('data', reader)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, heard }
}

const batch = ['a', 'b', 'c', 'd'].map((record) => parcelOf(record))

describe('what the answers of RELP mean', { timeout: 60_000 }, () => {
  test('200 for each: delivered', async (t) => {
    const { port, heard } = await serve(t, () => '200 OK')
    const destination = destinationOf(t, { port, window: 2 })
    assert.deepEqual(await destination.deliver(batch, never), { kind: 'delivered', count: 4, rejected: [] })
    assert.deepEqual(await destination.deliver(batch, never), { kind: 'delivered', count: 4, rejected: [] })
    assert.deepEqual(heard, ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'])
  })

  test('never more under way than the window', async (t) => {
    let waiting: (() => void)[] = []
    let most = 0
    const { port } = await serve(t, (message, socket) => {
      waiting.push(() => socket.write(encodeFrame({ transaction: Number(message) + 2, command: 'rsp', data: '200 OK' })))
      most = Math.max(most, waiting.length)
      setImmediate(() => {
        for (const say of waiting.splice(0)) say()
      })
      return undefined
    })
    const messages = Array.from({ length: 20 }, (_, i) => parcelOf(String(i)))
    assert.equal((await destinationOf(t, { port, window: 3 }).deliver(messages, never)).kind, 'delivered')
    assert.ok(most <= 3)
    waiting = []
  })

  test('one refused, a later one taken: that one is rejected', async (t) => {
    const { port } = await serve(t, (message) => (message === 'b' ? '500 bad message' : '200 OK'))
    assert.deepEqual(await destinationOf(t, { port }).deliver(batch, never), {
      kind: 'delivered',
      count: 4,
      rejected: [{ index: 1, reason: 'refused: bad message', status: 500 }],
    })
  })

  test('all refused from one on: those are tried again', async (t) => {
    const { port } = await serve(t, (message) => (message > 'b' ? '500 disk full' : '200 OK'))
    const fault = { kind: 'retry', reason: `127.0.0.1:${port}: it refuses messages: 500 disk full` }
    assert.deepEqual(await destinationOf(t, { port }).deliver(batch, never), { kind: 'delivered', count: 4, rejected: [], again: { indexes: [2, 3], fault } })
  })

  test('all refused: retry', async (t) => {
    const { port } = await serve(t, () => '500 disk full\x1b[31m')
    assert.deepEqual(await destinationOf(t, { port }).deliver(batch, never), { kind: 'retry', reason: `127.0.0.1:${port}: it refuses messages: 500 disk full\\x1b[31m` })
  })

  test('no answer to some: those are tried again', async (t) => {
    const { port } = await serve(t, (message, socket) => {
      if (message !== 'c') return '200 OK'
      socket.end()
      return undefined
    })
    const delivery = await destinationOf(t, { port }).deliver(batch, never)
    assert.deepEqual(delivery.kind === 'delivered' && delivery.again?.indexes, [2, 3])
  })

  test('no answer at all: retry in bounded time', async (t) => {
    const { port } = await serve(t, () => undefined)
    assert.deepEqual(await destinationOf(t, { port, timeout: 200 }).deliver(batch, never), { kind: 'retry', reason: `127.0.0.1:${port}: no answer for 200 ms` })
  })

  test('the server refuses the session: hold', async (t) => {
    const { port } = await serve(t, () => '200 OK', '500 required command not supported')
    assert.deepEqual(await destinationOf(t, { port }).deliver(batch, never), { kind: 'hold', reason: `127.0.0.1:${port}: the server refuses the session: 500 required command not supported` })
  })

  test('no RELP is spoken there: retry with the reason', async (t) => {
    const server = createServer((socket) => socket.on('error', () => {}).end('220 mail.example.com ESMTP, and a greeting that is long enough\r\n')).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    t.after(() => server.close())
    const delivery = await destinationOf(t, { port: (server.address() as AddressInfo).port }).deliver(batch, never)
    assert.match(delivery.kind === 'retry' ? delivery.reason : '', /the peer does not speak RELP/)
  })

  test('a message that is too long is rejected, the others are sent', async (t) => {
    const { port, heard } = await serve(t, () => '200 OK')
    const delivery = await destinationOf(t, { port, maxMessageSize: 1 }).deliver([parcelOf('a'), parcelOf('bb'), parcelOf('c')], never)
    assert.deepEqual(delivery, { kind: 'delivered', count: 3, rejected: [{ index: 1, reason: 'the message has 2 bytes, more than max_message_size (1)' }] })
    assert.deepEqual(heard, ['a', 'c'])
  })

  test('two parts of a journal may use it at once; a connection for both', async (t) => {
    const { port, heard } = await serve(t, () => '200 OK')
    const destination = destinationOf(t, { port })
    const both = await Promise.all([destination.deliver(batch, never), destination.deliver(batch, never)])
    assert.deepEqual(both.map(({ kind }) => kind), ['delivered', 'delivered'])
    assert.deepEqual(heard, ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'])
  })

  test('SIGHUP under a batch does not hurt it; the next one has a new connection', async (t) => {
    const { port } = await serve(t, () => '200 OK')
    const destination = destinationOf(t, { port })
    const under = destination.deliver(batch, never)
    destination.reopen?.()
    assert.equal((await under).kind, 'delivered')
    assert.equal((await destination.deliver(batch, never)).kind, 'delivered')
  })

  test('ends soon after the signal', async (t) => {
    const { port } = await serve(t, (message) => (message === 'first' ? '200 OK' : undefined))
    const patient = destinationOf(t, { port, timeout: 30_000 })
    assert.equal((await patient.deliver([parcelOf('first')], never)).kind, 'delivered')
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 50)
    assert.equal((await patient.deliver(batch, stop.signal)).kind, 'retry')
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 100)
    assert.equal((await destinationOf(t, { port, timeout: 30_000 }).deliver(batch, abort.signal)).kind, 'retry')
  })

  test('ends soon after the signal, too, while it waits whether a TLS server takes it', { timeout: 10_000 }, async (t) => {
    const { ca, server } = makeCertificates(temporaryFolder(t))
    const mute = createTlsServer({ cert: readFileSync(server.cert), key: readFileSync(server.key) }, (socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1')
    await new Promise((resolve) => mute.once('listening', resolve))
    t.after(() => mute.close())
    const abort = new AbortController()
    mute.once('secureConnection', () => setTimeout(() => abort.abort(), 50))
    const { port } = mute.address() as AddressInfo
    const delivery = await destinationOf(t, { port, host: 'localhost', tls: { ca }, timeout: 30_000 }).deliver(batch, abort.signal)
    assert.deepEqual(delivery, { kind: 'retry', reason: `localhost:${port}: stopped` })
  })
})

/** rsyslogd as the receiver; an answer means that the message stands in the file. */
function receiver(file: string, port: number, tls = ''): string {
  return `global(maxMessageSize="256k" parser.escapeControlCharactersOnReceive="off")
module(load="imrelp" ${tls === '' ? '' : 'tls.tlslib="openssl"'})
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="all" queue.type="direct") { action(type="omfile" file="${file}" template="raw") }
input(type="imrelp" address="127.0.0.1" port="${port}" maxDataSize="256k" ruleset="all" ${tls})
`
}

async function startReceiver(t: TestContext, dir: string, config: string, port: number): Promise<Rsyslogd> {
  mkdirSync(dir, { recursive: true })
  const rsyslogd = await startRsyslogd({ config, dir, readyPort: port })
  t.after(() => rsyslogd.stop('KILL'))
  return rsyslogd
}

const hostile = [
  '<134>1 2026-06-09T10:30:00.5+02:00 nas qulogd 1 x [naslog@32473 user_name="a\\"b\\\\c\\]d"] text',
  '<134>1 - nas qulogd - - - \xef\xbb\xbfz\xc3\xb6e \xf0\x9f\x98\x80',
  `<134>1 - nas qulogd - - - ${'long '.repeat(39_000)}end`,
].map((record) => parcelOf(record))

describe('RELP to a real rsyslogd', { skip: skipWithoutRsyslogd, timeout: 120_000 }, () => {
  test('every byte arrives', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const file = join(dir, 'received')
    await startReceiver(t, dir, receiver(file, port), port)
    assert.deepEqual(await destinationOf(t, { port }).deliver(hostile, never), { kind: 'delivered', count: 3, rejected: [] })
    assert.ok((await waitForLines(file, 3)).join('\n') === hostile.map(({ record }) => record).join('\n'))
  })

  for (const signal of ['TERM', 'KILL'] as const) {
    test(`a receiver that is stopped by ${signal} under load: nothing acknowledged is lost`, async (t) => {
      const dir = temporaryFolder(t)
      const port = await freePort()
      const file = join(dir, 'received')
      const config = receiver(file, port)
      let rsyslogd = await startReceiver(t, dir, config, port)
      const destination = destinationOf(t, { port })
      const restarts = (async () => {
        for (let i = 0; i < 3; i++) {
          await sleep(150)
          await rsyslogd.stop(signal)
          rsyslogd = await startReceiver(t, dir, config, port)
        }
      })()
      let done = false
      void restarts.then(() => (done = true))
      const acknowledged: string[] = []
      let faults = 0
      for (let from = 0; !done || from < 1000; from += 50) {
        let rest = numbered(from, from + 50)
        while (rest.length > 0) {
          const delivery = await destination.deliver(rest, never)
          if (delivery.kind === 'delivered') {
            assert.deepEqual(delivery.rejected, [])
            const again = new Set(delivery.again?.indexes)
            acknowledged.push(...rest.filter((_, index) => !again.has(index)).map(({ record }) => record))
            rest = rest.filter((_, index) => again.has(index))
          }
          if (delivery.kind !== 'delivered' || delivery.again !== undefined) {
            assert.ok(++faults < 500, JSON.stringify(delivery))
            await sleep(20)
          }
        }
      }
      await restarts
      const lines = new Set(readFileSync(file, 'latin1').split('\n'))
      assert.ok(faults > 0, 'no restart was felt')
      assert.deepEqual(acknowledged.filter((record) => !lines.has(record)), [])
      t.diagnostic(`${acknowledged.length} acknowledged, ${faults} faults`)
    })
  }

  test('over TLS with certificates on both sides; a wrong authority or certificate is held', async (t) => {
    const dir = temporaryFolder(t)
    const { ca, otherCa, server, client, stranger } = makeCertificates(dir)
    const port = await freePort()
    const file = join(dir, 'received')
    const tls = `tls="on" tls.caCert="${ca}" tls.myCert="${server.cert}" tls.myPrivKey="${server.key}" tls.authMode="certvalid"`
    const rsyslogd = await startReceiver(t, dir, receiver(file, port, tls), port)
    const ours = { ca, cert: client.cert, key: client.key }
    const send = (files: RelpOptions['tls']) => destinationOf(t, { port, host: 'localhost', tls: files }).deliver(hostile, never)
    assert.deepEqual(await send(ours), { kind: 'delivered', count: 3, rejected: [] }, rsyslogd.stderr())
    const wrong = await send({ ...ours, ca: otherCa })
    assert.match(wrong.kind === 'hold' ? wrong.reason : '', /authority that is not trusted/)
    const refused = await send({ ca, cert: stranger.cert, key: stranger.key })
    assert.match(refused.kind === 'hold' ? refused.reason : '', /it does not know the authority of our certificate/)
    assert.equal((await waitForLines(file, 3)).length, 3)
  })
})
