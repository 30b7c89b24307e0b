import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import type { Destination } from '../../src/destinations/destination.ts'
import { createSyslogDestination, type SyslogOptions } from '../../src/destinations/syslog.ts'
import { temporaryFolder } from '../rsyslog/support.ts'
import { waitForLines } from '../support/lines.ts'
import { freePort, skipWithoutRsyslogd, startRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts'
import { makeCertificates } from './certificates.ts'
import { never, numbered, parcelOf } from './parcels.ts'

function destinationOf(t: TestContext, options: Partial<SyslogOptions> & { port: number }): Destination {
  const destination = createSyslogDestination({ name: 'siem', host: '127.0.0.1', framing: 'octet-counting', maxMessageSize: 262_144, timeout: 5_000, ...options })
  t.after(() => destination.close())
  return destination
}

/** A server that keeps what it hears; `onSocket` may treat a connection badly. */
async function listen(t: TestContext, onSocket: (socket: Socket) => void = () => {}, port = 0): Promise<{ port: number; heard: () => string; server: Server }> {
  let heard = ''
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('data', (bytes) => (heard += bytes.toString('latin1'))))
    onSocket(socket)
  }).listen(port, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, heard: () => heard, server }
}

describe('syslog over TCP', { timeout: 60_000 }, () => {
  test('frames by octets: the length is in bytes', async (t) => {
    const { port, heard } = await listen(t)
    const destination = destinationOf(t, { port })
    assert.deepEqual(await destination.deliver([parcelOf('<1>1 \xc3\xa9'), parcelOf('a\nb')], never), { kind: 'delivered', count: 2, rejected: [] })
    assert.equal(heard(), '7 <1>1 \xc3\xa93 a\nb')
  })

  test('frames by lines where the receiver wants it', async (t) => {
    const { port, heard } = await listen(t)
    await destinationOf(t, { port, framing: 'newline' }).deliver([parcelOf('a'), parcelOf('b')], never)
    assert.equal(heard(), 'a\nb\n')
  })

  test('a message that the receiver would cut is rejected, the others are sent', async (t) => {
    const { port, heard } = await listen(t)
    const delivery = await destinationOf(t, { port, maxMessageSize: 3 }).deliver([parcelOf('abcd'), parcelOf('abc')], never)
    assert.deepEqual(delivery, { kind: 'delivered', count: 2, rejected: [{ index: 0, reason: 'the message has 4 bytes, more than max_message_size (3)' }] })
    assert.equal(heard(), '3 abc')
  })

  test('nobody listens: retry', async (t) => {
    const port = await freePort()
    assert.deepEqual(await destinationOf(t, { port }).deliver(numbered(0, 1), never), { kind: 'retry', reason: `127.0.0.1:${port}: connection refused` })
  })

  test('a peer that has closed the connection meanwhile is noticed before the write', async (t) => {
    let first: Socket | undefined
    const { port, heard } = await listen(t, (socket) => void (first ??= socket))
    const destination = destinationOf(t, { port })
    await destination.deliver([parcelOf('a')], never)
    first?.end()
    await sleep(50)
    assert.equal((await destination.deliver([parcelOf('b')], never)).kind, 'delivered')
    assert.equal(heard(), '1 a1 b')
  })

  test('a connection that breaks under a batch: the whole batch is retried', async (t) => {
    const { port } = await listen(t, (socket) => socket.once('data', () => socket.resetAndDestroy()))
    assert.deepEqual(await destinationOf(t, { port }).deliver(numbered(0, 3), never), { kind: 'retry', reason: `127.0.0.1:${port}: connection reset` })
  })

  test('a peer that closes politely under a batch, too', async (t) => {
    const { port } = await listen(t, (socket) => socket.once('data', () => socket.end()))
    assert.deepEqual(await destinationOf(t, { port }).deliver(numbered(0, 3), never), { kind: 'retry', reason: `127.0.0.1:${port}: the peer closed the connection` })
  })

  test('a peer that takes nothing: retry in bounded time', async (t) => {
    const { port } = await listen(t, (socket) => socket.pause())
    const big = [parcelOf('x'.repeat(8_000_000))]
    const delivery = await destinationOf(t, { port, timeout: 300, maxMessageSize: 10_000_000 }).deliver(big, never)
    assert.deepEqual(delivery, { kind: 'retry', reason: `127.0.0.1:${port}: the peer took nothing for 300 ms` })
  })

  test('ends soon after the signal', async (t) => {
    const { port } = await listen(t, (socket) => socket.pause())
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 100)
    const delivery = await destinationOf(t, { port, timeout: 30_000, maxMessageSize: 10_000_000 }).deliver([parcelOf('x'.repeat(8_000_000))], abort.signal)
    assert.equal(delivery.kind, 'retry')
    assert.equal((await destinationOf(t, { port }).deliver(numbered(0, 1), abort.signal)).kind, 'retry')
  })
})

/** rsyslogd as the receiver: messages to a file as they came. */
function receiver(file: string, port: number, options: { global?: string; module?: string } = {}): string {
  return `global(maxMessageSize="256k" ${options.global ?? ''} parser.escapeControlCharactersOnReceive="off")
module(load="imtcp" ${options.module ?? ''})
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="all" queue.type="direct") { action(type="omfile" file="${file}" template="raw") }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="all")
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
  '<134>1 - nas qulogd - - - {"user":{"name":"a\\u001bb"}}',
  `<134>1 - nas qulogd - - - ${'long '.repeat(39_000)}end`,
].map((record) => parcelOf(record))

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a ${version} server, a stub, that looks at our certificate late and closes without a word: nothing counts as delivered`, async (t) => {
    const { ca, server } = makeCertificates(temporaryFolder(t))
    const pem = { cert: readFileSync(server.cert), key: readFileSync(server.key) }
    const listener = createTlsServer({ ...pem, minVersion: version, maxVersion: version }, (socket) => void setTimeout(() => socket.on('error', () => {}).end(), 150)).listen(0, '127.0.0.1')
    await new Promise((resolve) => listener.once('listening', resolve))
    t.after(() => listener.close())
    const { port } = listener.address() as AddressInfo
    const delivery = await destinationOf(t, { port, host: 'localhost', tls: { ca } }).deliver(numbered(0, 3), never)
    assert.equal(delivery.kind, 'retry')
    assert.match(delivery.kind === 'retry' ? delivery.reason : '', /it closed the connection after the handshake; does it want a certificate/)
  })
}

describe('syslog to a real rsyslogd', { skip: skipWithoutRsyslogd, timeout: 120_000 }, () => {
  test('over TCP every byte arrives', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const file = join(dir, 'received')
    await startReceiver(t, dir, receiver(file, port), port)
    const destination = destinationOf(t, { port })
    assert.deepEqual(await destination.deliver(hostile, never), { kind: 'delivered', count: 4, rejected: [] })
    assert.ok((await waitForLines(file, 4)).join('\n') === hostile.map(({ record }) => record).join('\n'))
  })

  // OpenSSL says why it refuses a certificate of ours; GnuTLS closes the connection, and that may also be a relay without a server.
  const drivers: readonly { driver: string; refused: { stranger: RegExp; nobody: RegExp } }[] = [
    { driver: 'ossl', refused: { stranger: /^hold localhost: it .*our certificate/, nobody: /^hold localhost: it .*certificate of ours/ } },
    { driver: 'gtls', refused: { stranger: /^retry localhost: it closed the connection after the handshake; .*another one/, nobody: /^retry localhost: it closed .*certificate of ours/ } },
  ]
  for (const { driver, refused } of drivers) {
    test(`over TLS (${driver}) with certificates on both sides; a wrong authority, name or certificate delivers nothing, with the reason`, async (t) => {
      const dir = temporaryFolder(t)
      const { ca, otherCa, server, client, stranger } = makeCertificates(dir)
      const port = await freePort()
      const file = join(dir, 'received')
      const global = `defaultNetstreamDriver="${driver}" defaultNetstreamDriverCAFile="${ca}" defaultNetstreamDriverCertFile="${server.cert}" defaultNetstreamDriverKeyFile="${server.key}"`
      const module = `streamDriver.name="${driver}" streamDriver.mode="1" streamDriver.authMode="x509/certvalid"`
      const rsyslogd = await startReceiver(t, dir, receiver(file, port, { global, module }), port)

      const ours = { ca, cert: client.cert, key: client.key }
      const send = (tls: SyslogOptions['tls'], host = 'localhost') => destinationOf(t, { port, tls, host }).deliver(hostile, never)
      assert.deepEqual(await send(ours), { kind: 'delivered', count: 4, rejected: [] })
      assert.ok((await waitForLines(file, 4)).join('\n') === hostile.map(({ record }) => record).join('\n'))

      const faults: readonly (readonly [tls: SyslogOptions['tls'], delivery: RegExp])[] = [
        [{ ...ours, ca: otherCa }, /^hold localhost: its certificate is of an authority that is not trusted \(tls.ca\)$/],
        [{ ...ours, serverName: 'siem.example.com' }, /^hold localhost: its certificate is for another name: DNS:localhost, IP Address:127\.0\.0\.1$/],
        [{ ...ours, cert: stranger.cert, key: stranger.key }, refused.stranger],
        [{ ca }, refused.nobody],
        [{ ...ours, ca: '/nowhere.pem' }, /^hold \/nowhere\.pem: no such file$/],
        [{ ...ours, key: ca }, /^hold .*(?:ERR_OSSL|key)/],
      ]
      for (const [tls, expected] of faults) {
        const delivery = await send(tls)
        assert.match(delivery.kind === 'delivered' ? delivery.kind : `${delivery.kind} ${delivery.reason.replace(/:\d+:/, ':')}`, expected)
      }
      assert.equal(readFileSync(file, 'latin1').split('\n').length - 1, 4, rsyslogd.stderr())
    })
  }

  test('a receiver that restarts: all that was sent arrives, some of it perhaps twice', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const file = join(dir, 'received')
    const config = receiver(file, port)
    let rsyslogd = await startReceiver(t, join(dir, 'a'), config, port)
    const destination = destinationOf(t, { port })
    const restart = async (): Promise<void> => {
      await rsyslogd.stop()
      rsyslogd = await startReceiver(t, join(dir, 'b'), config, port)
    }
    let restarting: Promise<void> | undefined
    for (let from = 0; from < 2000; from += 100) {
      if (from === 500) restarting = restart()
      for (let tries = 0; (await destination.deliver(numbered(from, from + 100), never)).kind !== 'delivered'; tries++) {
        assert.ok(tries < 100)
        await sleep(50)
      }
    }
    await restarting
    const lines = new Set(await waitForLines(file, 2000))
    assert.equal(numbered(0, 2000).filter(({ record }) => !lines.has(record)).length, 0)
  })
})
