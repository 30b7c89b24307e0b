import * as http from 'node:http'
import * as https from 'node:https'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { blot } from './blot.ts'
import type { Fault } from './destination.ts'
import { linkFault } from './link-fault.ts'
import { readTlsFiles, type Endpoint, type TlsFiles } from './link.ts'
import { createTunnels, throughTunnels } from './tunnel.ts'

export interface HttpClientOptions {
  /** `http:` or `https:`; its path stands before the paths of requests. */
  readonly url: string
  /** Files in PEM. Absent: the authorities of Node, no certificate of our own. */
  readonly tls?: TlsFiles | undefined
  /** Whether bodies from 1 kB on are compressed. */
  readonly gzip: boolean
  /** Longest time until a connection stands, TLS included, in ms. */
  readonly connectTimeout: number
  /** Longest time of a whole exchange, connecting included, in ms. */
  readonly timeout: number
  /** How many requests there are at once. */
  readonly connections: number
  /** `http://host:port` of an HTTP proxy to go through. */
  readonly proxy?: string | undefined
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT'
  /** Behind the path of the URL; begins with a slash, or is empty. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | undefined
  /** What is blotted out of the words with which the server refuses, besides the credentials of `authorization` (blot.ts). */
  readonly secret?: string | undefined
}

/** How an exchange ended. A fault of the network is a value. */
export type HttpAnswer =
  | { readonly kind: 'answered'; readonly status: number; /** At most `LONGEST_ANSWER` bytes of it. */ readonly body: string; /** In ms from now. */ readonly retryAfter: number | undefined }
  | { readonly kind: 'failed'; readonly fault: Fault }

export interface HttpClient {
  /** Host and port, for messages: a URL may hold secrets. */
  readonly host: string
  /** Ends soon after the signal. Never rejects. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  /** Reads the files for TLS again. Throws the system's error; what was read before then still counts. */
  load(): void
  /** Ends all connections. May be called twice. */
  close(): void
}

const LONGEST_ANSWER = 32 * 1024 * 1024
/** A smaller body travels in one packet anyway. */
const GZIP_FROM = 1024
/** A connection that has been idle for longer is not used again: load balancers forget it without a word (Azure: 4 minutes, AWS: 1). */
const IDLE = 50_000

const compress = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gzip)

/** Makes a client for one server, on Node's own agent: a package such as undici would cost every start 45 ms. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const url = new URL(options.url)
  const secure = url.protocol === 'https:'
  const prefix = url.pathname.replace(/\/+$/, '')
  const settings = { keepAlive: true, maxSockets: options.connections, scheduling: 'lifo', timeout: IDLE } as const
  const stops = new Set<() => void>()
  let closed = false
  const tunnels = options.proxy === undefined ? undefined : createTunnels(options.proxy, options.connectTimeout)
  const newAgent = (files: ReturnType<typeof readTlsFiles>): http.Agent => {
    const fresh = secure ? new https.Agent({ ...settings, ...files }) : new http.Agent(settings)
    return tunnels === undefined ? fresh : throughTunnels(fresh, tunnels, secure)
  }
  let agent = newAgent({})

  const load = (): void => {
    if (!secure || options.tls === undefined) return
    const fresh = newAgent(readTlsFiles(options.tls))
    // Requests under way end on the old one.
    dropIdle(agent)
    agent = fresh
  }

  const exchange = (request: HttpRequest, body: Buffer | undefined, headers: http.OutgoingHttpHeaders, signal: AbortSignal): Promise<Ended> => {
    const target = new URL(`${url.origin}${prefix}${request.path}${url.search}`)
    return send(target, { method: request.method ?? 'POST', headers, agent }, body, options, (stop) => {
      if (closed || signal.aborted) {
        stop()
        return () => {}
      }
      stops.add(stop)
      signal.addEventListener('abort', stop)
      return () => {
        stops.delete(stop)
        signal.removeEventListener('abort', stop)
      }
    })
  }

  return {
    host: url.host,
    load,
    async request(request, signal) {
      const packed = options.gzip && request.body !== undefined && request.body.length >= GZIP_FROM
      const body = packed ? await compress(request.body as Buffer, { level: zlib.constants.Z_BEST_SPEED }) : request.body
      const headers = {
        'user-agent': 'naslog',
        ...request.headers,
        ...(body && { 'content-length': body.length }),
        ...(packed && { 'content-encoding': 'gzip' }),
      }
      let ended = await exchange(request, body, headers, signal)
      if (ended.kind === 'stale' && !signal.aborted) {
        dropIdle(agent)
        ended = await exchange(request, body, headers, signal)
      }
      if (ended.kind === 'answered') return ended.status < 300 ? ended : { ...ended, body: blot(ended.body, request) }
      return { kind: 'failed', fault: ended.fault }
    },
    close() {
      closed = true
      for (const stop of stops) stop()
      tunnels?.close()
      agent.destroy()
    },
  }
}

/** `stale`: the server had closed the connection that was to be used again before it saw the request. */
type Ended = HttpAnswer | { readonly kind: 'stale'; readonly fault: Fault }

/** Has itself called at the signal, or when the client is closed; the function that it gets back takes it off again. */
type OnStop = (stop: () => void) => () => void

function send(target: URL, settings: http.RequestOptions, body: Buffer | undefined, options: HttpClientOptions, onStop: OnStop): Promise<Ended> {
  return new Promise((resolve) => {
    const endpoint = endpointOf(target, options)
    const call = (target.protocol === 'https:' ? https : http).request(target, settings)
    const settle = (ended: Ended): void => {
      clearTimeout(connecting)
      clearTimeout(deadline)
      forget()
      resolve(ended)
    }
    const fail = (error: Error): void => {
      settle({ kind: 'failed', fault: linkFault(endpoint, error) })
      call.destroy()
    }
    const connecting = setTimeout(() => fail(new Error(`no connection within ${options.connectTimeout / 1000} s`)), options.connectTimeout)
    const deadline = setTimeout(() => fail(new Error(`no answer within ${options.timeout / 1000} s`)), options.timeout)
    let forget = (): void => {}
    forget = onStop(() => fail(new Error('stopped')))

    call.once('socket', (socket) => {
      const connected = (): void => clearTimeout(connecting)
      // One that came through a tunnel stands already; TLS within it does not.
      if (call.reusedSocket || (target.protocol === 'http:' && !socket.connecting)) connected()
      else socket.once(target.protocol === 'https:' ? 'secureConnect' : 'connect', connected)
    })
    let response: http.IncomingMessage | undefined
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (response !== undefined) return
      if (call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) settle({ kind: 'stale', fault: linkFault(endpoint, error) })
      else fail(error)
    })
    call.once('response', (incoming) => {
      response = incoming
      read(incoming, (text) => {
        if (text === undefined) return fail(new Error('the connection was closed in the middle of the answer'))
        settle({ kind: 'answered', status: incoming.statusCode ?? 0, body: text, retryAfter: parseRetryAfter(incoming.headers['retry-after'], Date.now()) })
        // A server that refuses early does not want the rest of the body.
        if (!call.writableFinished) call.destroy()
      })
    })
    call.end(body)
  })
}

/** Gives the text of an answer, or `undefined` if it breaks off; what is beyond the limit is not waited for. */
function read(incoming: http.IncomingMessage, done: (text: string | undefined) => void): void {
  const chunks: Buffer[] = []
  let length = 0
  const text = (): string => Buffer.concat(chunks).toString('utf8')
  incoming.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (length <= LONGEST_ANSWER) return
    done(text())
    incoming.destroy()
  })
  incoming.once('end', () => done(incoming.complete ? text() : undefined))
  incoming.once('error', () => done(undefined))
  incoming.once('close', () => done(undefined))
}

/** Closes the connections that wait for use: where one was stale the others are. */
function dropIdle(agent: http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}

/** The longest pause that a server may ask for, in ms. */
const LONGEST_PAUSE = 3_600_000

/**
 * `Retry-After` in ms from now: seconds, or a date (RFC 9110 section 10.2.3). `undefined` for anything else, and for 0 and the past, with
 * which a server would be asked again without a pause.
 */
function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  const ms = /^\d{1,10}(?:\.\d{1,3})?$/.test(text) ? Number(text) * 1000 : /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) - now : NaN
  return ms > 0 ? Math.min(Math.ceil(ms), LONGEST_PAUSE) : undefined
}

function endpointOf(url: URL, { tls, timeout }: HttpClientOptions): Endpoint {
  const secure = url.protocol === 'https:'
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || (secure ? 443 : 80)), tls, timeout }
}
