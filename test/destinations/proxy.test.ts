import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { destinations, type DestinationSettings } from '../../src/config/destinations/index.ts'
import { createHttpClient } from '../../src/destinations/http-client.ts'
import { createDestination } from '../../src/destinations/index.ts'
import { temporaryDirectory } from '../replay/support.ts'
import { makeCertificates } from './certificates.ts'
import { never, numbered } from './parcels.ts'
import { startStub } from './stub.ts'

interface Proxy {
  readonly url: string
  /** What it was asked to connect to. */
  readonly asked: string[]
  /** What it answers instead of connecting; `hang`: nothing. */
  refusal: string | undefined
}

async function listen(t: Pick<TestContext, 'after'>, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A proxy that knows CONNECT and nothing else; every name is this machine to it. */
async function startProxy(t: TestContext): Promise<Proxy> {
  const server = createHttpServer((_, response) => response.writeHead(405).end())
  const asked: string[] = []
  server.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '')
    if (proxy.refusal === 'hang') return
    if (proxy.refusal !== undefined) return void socket.end(`HTTP/1.1 ${proxy.refusal}\r\n\r\n`)
    const target = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('error', () => target.destroy())
  })
  const proxy: Proxy = { url: `http://127.0.0.1:${await listen(t, server)}`, asked, refusal: undefined }
  return proxy
}

function settingsOf(configuration: object): DestinationSettings {
  return destinations.parse([{ name: 'web', type: 'http', ...configuration }])[0] as DestinationSettings
}

async function destinationOf(t: TestContext, configuration: object) {
  const destination = await createDestination(settingsOf(configuration), { sync: false, env: {} })
  await destination.open()
  t.after(() => destination.close())
  return destination
}

const all = (count: number) => ({ kind: 'delivered', count, rejected: [] })

describe('HTTP destinations behind a proxy', { timeout: 60_000 }, () => {
  test('without TLS: by CONNECT, and the connection is used again', async (t) => {
    const stub = await startStub(t, () => ({ status: 200 }))
    const proxy = await startProxy(t)
    const { port } = new URL(stub.url)
    const destination = await destinationOf(t, { url: `http://logs.invalid:${port}`, proxy: proxy.url })
    for (let from = 0; from < 3; from++) assert.deepEqual(await destination.deliver(numbered(from, from + 2), never), all(2))
    assert.deepEqual(proxy.asked, [`logs.invalid:${port}`])
    assert.equal(stub.requests.length, 3)
    assert.equal(stub.requests[0]?.headers.host, `logs.invalid:${port}`)
  })

  test('the longest wait for a connection is none for the answer', async (t) => {
    const port = await listen(t, createHttpServer((request, response) => void request.resume().on('end', () => setTimeout(() => response.end(), 400))))
    const proxy = await startProxy(t)
    const destination = await destinationOf(t, { url: `http://logs.invalid:${port}`, proxy: proxy.url, connect_timeout: '200ms' })
    assert.deepEqual(await destination.deliver(numbered(0, 2), never), all(2))
  })

  test('with TLS: spoken with the server itself, whose certificate is verified', async (t) => {
    const { ca, otherCa, server, client } = makeCertificates(temporaryDirectory(t))
    const bodies: string[] = []
    const https = createHttpsServer({ cert: readFileSync(server.cert), key: readFileSync(server.key), ca: readFileSync(ca), requestCert: true, rejectUnauthorized: true }, (request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text)).on('end', () => response.end())
    })
    const port = await listen(t, https)
    const proxy = await startProxy(t)
    const settings = { url: `https://localhost:${port}`, proxy: proxy.url, gzip: false }
    const destination = await destinationOf(t, { ...settings, tls: { ca, cert: client.cert, key: client.key } })
    assert.deepEqual(await destination.deliver(numbered(0, 3), never), all(3))
    assert.deepEqual(await destination.deliver(numbered(3, 4), never), all(1))
    destination.reopen?.()
    assert.deepEqual(await destination.deliver(numbered(4, 5), never), all(1))
    assert.equal(bodies.join('').trim().split('\n').length, 5)
    assert.deepEqual(new Set(proxy.asked), new Set([`localhost:${port}`]))

    const stranger = await destinationOf(t, { ...settings, tls: { ca: otherCa, cert: client.cert, key: client.key } })
    const refused = await stranger.deliver(numbered(0, 1), never)
    assert.equal(refused.kind, 'hold')
    const misnamed = await destinationOf(t, { ...settings, url: `https://other.invalid:${port}`, tls: { ca, cert: client.cert, key: client.key } })
    assert.match(JSON.stringify(await misnamed.deliver(numbered(0, 1), never)), /hold.*certificate is for another name/)
  })

  test('a proxy that refuses, hangs or is not there: tried again, and the reason names it', async (t) => {
    const stub = await startStub(t, () => ({ status: 200 }))
    const proxy = await startProxy(t)
    const destination = await destinationOf(t, { url: stub.url, proxy: proxy.url, connect_timeout: '300ms' })
    const faults: [refusal: string, reason: RegExp][] = [
      ['407 Proxy Authentication Required', /the proxy 127\.0\.0\.1:\d+ refuses: 407 Proxy Authentication Required$/],
      ['403 \x1b[31mNo', /the proxy 127\.0\.0\.1:\d+ refuses: 403 \S*No$|no connection through the proxy/],
      ['hang', /no connection within 0\.3 s$|no connection through the proxy: 127\.0\.0\.1:\d+: no answer within 0\.3 s$/],
    ]
    for (const [refusal, reason] of faults) {
      proxy.refusal = refusal
      const fault = await destination.deliver(numbered(0, 1), never)
      assert.equal(fault.kind, 'retry')
      assert.match('reason' in fault ? fault.reason : '', reason)
      assert.doesNotMatch(JSON.stringify(fault), /\\u001b/)
    }
    proxy.refusal = undefined
    assert.deepEqual(await destination.deliver(numbered(0, 1), never), all(1))
    const none = await destinationOf(t, { url: stub.url, proxy: 'http://127.0.0.1:1' })
    assert.match(JSON.stringify(await none.deliver(numbered(0, 1), never)), /"retry".*no connection through the proxy: 127\.0\.0\.1:1: connection refused/)
  })

  test('a stop does not wait for a proxy that hangs', async (t) => {
    const proxy = await startProxy(t)
    proxy.refusal = 'hang'
    const client = createHttpClient({ url: 'http://logs.invalid', gzip: false, connectTimeout: 60_000, timeout: 60_000, connections: 1, proxy: proxy.url })
    const stop = new AbortController()
    const answer = client.request({ path: '', headers: {} }, stop.signal)
    while (proxy.asked.length === 0) await sleep(5)
    stop.abort()
    assert.equal((await answer).kind, 'failed')
    client.close()
  })
})

const proxies: readonly (readonly [proxy: string, fits: boolean])[] = [
  ['http://proxy.example.com:3128', true], ['http://10.0.0.1:8080/', true], ['http://[2001:db8::1]:3128', true],
  ['https://proxy.example.com', false], ['http://bob:s3cret@proxy:3128', false], ['proxy:3128', false], ['http://proxy/path', false], ['http://proxy/?a', false],
]
for (const [proxy, fits] of proxies) {
  test(`${proxy} is ${fits ? 'a' : 'no'} proxy`, () => {
    assert.equal(destinations.safeParse([{ name: 'web', type: 'http', url: 'https://x', proxy }]).success, fits)
  })
}
