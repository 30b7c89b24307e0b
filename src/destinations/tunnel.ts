import * as http from 'node:http'
import type { Socket } from 'node:net'
import { printableText } from '../lib/printable.ts'
import { linkFault } from './link-fault.ts'

/** Connections through an HTTP proxy, to servers with TLS and without (CONNECT, RFC 9110 section 9.3.6). */
export interface Tunnels {
  /** Rejects with an error that names the proxy. */
  open(host: string, port: number): Promise<Socket>
  /** Gives up those that do not stand yet. */
  close(): void
}

const LONGEST_WORDS = 100

/** `proxy` is the URL of the proxy, `http://host:port`; `timeout` the longest wait for its answer, in ms. */
export function createTunnels(proxy: string, timeout: number): Tunnels {
  const { hostname, port, host: place } = new URL(proxy)
  const endpoint = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
  const asking = new Set<http.ClientRequest>()
  return {
    open: (host, targetPort) =>
      new Promise((resolve, reject) => {
        const target = `${host.includes(':') ? `[${host}]` : host}:${targetPort}`
        const call = http.request({ ...endpoint, method: 'CONNECT', path: target, headers: { host: target, 'user-agent': 'naslog' }, agent: false })
        asking.add(call)
        const deadline = setTimeout(() => call.destroy(new Error(`no answer within ${timeout / 1000} s`)), timeout)
        const settled = (): void => {
          clearTimeout(deadline)
          asking.delete(call)
        }
        const refuse = ({ statusCode = 0, statusMessage = '' }: http.IncomingMessage): void =>
          reject(new Error(`the proxy ${place} refuses: ${statusCode} ${printableText(statusMessage).slice(0, LONGEST_WORDS)}`.trimEnd()))
        call.once('error', (error) => {
          settled()
          reject(new Error(`no connection through the proxy: ${linkFault(endpoint, error).reason}`))
        })
        call.once('connect', (answer, socket, head) => {
          settled()
          if (answer.statusCode !== 200) {
            socket.destroy()
            return refuse(answer)
          }
          if (head.length > 0) socket.unshift(head)
          resolve(socket)
        })
        call.end()
      }),
    close() {
      for (const call of asking) call.destroy(new Error('stopped'))
    },
  }
}

type Connect = (options: { readonly host: string; readonly port: number }, done?: (error: Error | null, socket?: Socket) => void) => Socket | undefined

/** Has an agent of `node:http` or `node:https` open its connections through tunnels; TLS is spoken with the server, within the tunnel. */
export function throughTunnels(agent: http.Agent, tunnels: Tunnels, secure: boolean): http.Agent {
  const tunnelled = agent as unknown as { createConnection: Connect }
  const connect = tunnelled.createConnection.bind(agent)
  tunnelled.createConnection = (options, done) => {
    tunnels.open(options.host, options.port).then(
      (socket) => done?.(null, secure ? connect({ ...options, ...{ socket } }) : socket),
      (error: Error) => done?.(error),
    )
    return undefined
  }
  return agent
}
