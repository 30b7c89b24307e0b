import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

/** Where a stream destination is, and how its certificate is looked at. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  /** TLS if present. Files are PEM, and read at each connection. */
  readonly tls?: TlsFiles | undefined
  /** Longest wait for a connection, for room to write, and for an answer, in ms. */
  readonly timeout: number
}

/** Certificates, of streams and of HTTP alike. */
export interface TlsFiles {
  /** Authorities that may have signed the certificate of the server; absent: those that Node knows. */
  readonly ca?: string | undefined
  /** Our own certificate and its key, where the server wants one. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** Name that must stand in the certificate of the server; absent: the host. */
  readonly serverName?: string | undefined
}

/** An open connection. */
export interface Link {
  /** Why it cannot be used any more; `undefined` while it can. */
  readonly broken: Error | undefined
  /** Settles when the system has taken all of it; rejects if the link breaks or has no room for too long. */
  write(bytes: Buffer): Promise<void>
  /** Settles when `start` says so, when the link breaks, or after so many ms. */
  wait(ms: number, start?: (settle: () => void) => void): Promise<void>
  /** Says goodbye and closes it; settles soon. */
  end(): Promise<void>
  /** Breaks it: whoever waits goes on at once. */
  destroy(reason: string): void
}

/**
 * How long a server may take to refuse us after the handshake, in ms. In TLS 1.3 the handshake is done for us before the server has seen
 * our certificate; rsyslog with GnuTLS looks at it only then in any version, and closes without a word, after its session ticket.
 * What we wrote meanwhile would count as delivered.
 */
const LAST_WORD = 500
const UNWELCOME = 'it closed the connection after the handshake; does it want a certificate of ours, or another one (tls.cert, tls.key)?'
const GOODBYE = 1_000

/** Connects; rejects with the system's error or that of TLS, or soon after the signal. `onData` is given what the peer says. */
export async function openLink(endpoint: Endpoint, signal: AbortSignal, onData: (bytes: Buffer) => void = () => {}): Promise<Link> {
  const socket = startSocket(endpoint).on('error', () => {}) // whoever waits is told
  const deadline = setTimeout(() => socket.destroy(new Error(`no connection within ${endpoint.timeout} ms`)), endpoint.timeout)
  const abort = (): void => void socket.destroy(new Error('stopped'))
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    await once(socket, endpoint.tls === undefined ? 'connect' : 'secureConnect')
    clearTimeout(deadline)
    const link = createLink(socket, endpoint.timeout, onData)
    if (endpoint.tls !== undefined) {
      await link.wait(LAST_WORD)
      if (link.broken !== undefined) throw signal.aborted || 'code' in link.broken ? link.broken : new Error(UNWELCOME)
    }
    return link
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', abort)
  }
}

/** Reads the files of TLS. Throws the system's error, which names the file. */
export function readTlsFiles({ ca, cert, key }: TlsFiles): Pick<ConnectionOptions, 'ca' | 'cert' | 'key'> {
  return {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
  }
}

function startSocket({ host, port, tls }: Endpoint): Socket {
  if (tls === undefined) return connectTcp({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 })
  const { serverName } = tls
  const socket = connectTls({ host, port, minVersion: 'TLSv1.2', ...readTlsFiles(tls), ...(serverName !== undefined && { servername: serverName }) })
  return socket.setNoDelay(true).setKeepAlive(true, 30_000)
}

function createLink(socket: Socket, timeout: number, onData: (bytes: Buffer) => void): Link {
  let broken: Error | undefined
  const atBreak = new Set<() => void>()
  const breakWith = (error: Error): void => {
    if (broken !== undefined) return
    broken = error
    for (const tell of atBreak) tell()
  }
  const destroy = (reason: string): void => {
    breakWith(new Error(reason))
    socket.destroy()
  }
  socket.on('data', onData)
  socket.once('end', () => breakWith(new Error('the peer closed the connection')))
  socket.on('error', breakWith)
  socket.once('close', () => breakWith(new Error('the connection was closed')))

  const wait: Link['wait'] = (ms, start) =>
    new Promise((resolve) => {
      const settle = (): void => {
        atBreak.delete(settle)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(settle, ms)
      atBreak.add(settle)
      if (broken !== undefined) settle()
      else start?.(settle)
    })

  return {
    get broken() {
      return broken
    },
    wait,
    async write(bytes) {
      let taken = false
      await wait(timeout, (settle) =>
        socket.write(bytes, (error) => {
          if (error) breakWith(error)
          else taken = true
          settle()
        }),
      )
      if (broken !== undefined) throw broken
      if (!taken) {
        destroy(`the peer took nothing for ${timeout} ms`)
        throw broken
      }
    },
    async end() {
      if (socket.destroyed) return
      socket.end()
      await Promise.race([once(socket, 'close').catch(() => {}), sleep(GOODBYE, undefined, { ref: false })])
      socket.destroy()
    },
    destroy,
  }
}
