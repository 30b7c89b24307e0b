import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'

/** A request as a stub sees it. */
export interface StubRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Unpacked, as a byte string. */
  readonly body: string
  readonly bytes: number
}

export interface StubReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a stub does with a request instead of answering it. */
export type Misdeed =
  /** Takes the request and never answers. */
  | 'hang'
  /** Breaks the connection when it has the request. */
  | 'reset'
  /** Sends the header and half of the body, then breaks the connection. */
  | 'reset in the answer'
  /** Takes the request, does what it says, and ends its side without an answer. */
  | 'half-close'
  /** Sends one byte of the answer after the other, for ever. */
  | 'drip'
  /** Says no when it has seen the header, and closes. */
  | { readonly early: StubReply }

/** A server on a free port of the loopback address. */
export interface StubServer {
  readonly url: string
  readonly requests: StubRequest[]
  /** How many connections there have been. */
  connections: number
  /** What happens to the next requests, one each; then `answer` again. */
  readonly next: (Misdeed | StubReply | ((request: StubRequest) => StubReply))[]
  answer: (request: StubRequest) => StubReply | Misdeed
  /** Closes the connections that wait for a request. */
  closeIdle(): void
}

export async function startStub(t: Pick<TestContext, 'after'>, answer: StubServer['answer'], port = 0): Promise<StubServer> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((request, response) => {
    const step = stub.next.shift()
    if (typeof step === 'object' && 'early' in step) {
      response.writeHead(step.early.status, { ...step.early.headers, connection: 'close' }).end(step.early.body)
      return
    }
    void read(request).then((seen) => {
      stub.requests.push(seen)
      const deed = step === undefined ? stub.answer(seen) : typeof step === 'function' ? step(seen) : step
      if (typeof deed === 'object' && !('early' in deed)) reply(response, deed)
      else misbehave(deed, seen, request, response, stub)
    }, () => undefined)
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    stub.connections++
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const stub: StubServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [], connections: 0, next: [], answer,
    closeIdle: () => server.closeIdleConnections(),
  }
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return stub
}

async function read(request: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const raw = Buffer.concat(chunks)
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
  return { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: body.toString('latin1'), bytes: body.length }
}

function reply(response: ServerResponse, { status, headers, body = '' }: StubReply): void {
  response.writeHead(status, headers).end(body)
}

function misbehave(deed: Misdeed, seen: StubRequest, { socket }: IncomingMessage, response: ServerResponse, stub: StubServer): void {
  switch (deed) {
    case 'hang':
      return
    case 'reset':
      socket.resetAndDestroy()
      return
    case 'half-close':
      stub.answer(seen)
      socket.end()
      return
    case 'reset in the answer': {
      const answer = stub.answer(seen)
      const { status, headers, body = '{}' } = typeof answer === 'object' && !('early' in answer) ? answer : { status: 500 }
      response.writeHead(status, { ...headers, 'content-length': String(body.length + 10) })
      response.write(body.slice(0, body.length >> 1), () => setTimeout(() => socket.resetAndDestroy(), 5))
      return
    }
    case 'drip': {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 20)
      socket.once('close', () => clearInterval(timer))
    }
  }
}
