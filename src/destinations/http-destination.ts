import type { HttpSettings } from '../config/destinations/http-keys.ts'
import { blotSuccess } from './blot.ts'
import type { Delivery, Destination, Fault, Parcel } from './destination.ts'
import { createHttpClient, type HttpAnswer, type HttpClient, type HttpRequest } from './http-client.ts'
import { judge, type Split, type Verdict } from './outcome.ts'
import type { Secret } from './secret.ts'
import { deliverInPieces, type RequestLimits } from './split.ts'

/** What makes one HTTP destination differ from another. */
export interface Protocol {
  readonly settings: HttpSettings & { readonly name: string }
  /** Absent where the server asks for none. */
  readonly secret: Secret | undefined
  /** Of the server; those of the settings hold as well. */
  readonly limits: RequestLimits
  /** The request that carries these records. */
  request(parcels: readonly Parcel[], secret: string): Omit<HttpRequest, 'secret'>
  /** The retry table, where it is not the common one (outcome.ts). */
  judge?(answer: HttpAnswer, host: string, parcels: readonly Parcel[]): Verdict | Settled
  /** What a 2xx says of these records. */
  accept(body: string, parcels: readonly Parcel[], exchange: Exchange): Settled | Promise<Settled>
}

export type Settled = Delivery | Split

/** The connection on which the records were taken, for protocols that ask once more. */
export interface Exchange {
  readonly client: HttpClient
  readonly secret: string
  readonly signal: AbortSignal
}

/** Makes a destination of a protocol: the exchange, the secret and the splitting are the same for all. */
export function createHttpDestination(protocol: Protocol): Destination {
  const { settings } = protocol
  const client = createHttpClient({
    url: settings.url,
    tls: settings.tls,
    gzip: settings.gzip,
    connectTimeout: settings.connect_timeout,
    timeout: settings.timeout,
    connections: settings.in_flight,
    proxy: settings.proxy,
  })
  const refusals = { count: 0 }
  let tlsFault: Fault | undefined

  const post = async (parcels: readonly Parcel[], signal: AbortSignal): Promise<Settled> => {
    let secret: string
    try {
      secret = protocol.secret?.read() ?? ''
    } catch (error) {
      return { kind: 'hold', reason: (error as Error).message }
    }
    const request = protocol.request(parcels, secret)
    const sent = { ...request, ...(secret !== '' && { secret }) }
    const answer = await client.request(sent, signal)
    const verdict = protocol.judge?.(answer, client.host, parcels) ?? judge(answer, client.host)
    return verdict.kind === 'taken' ? protocol.accept(blotSuccess(verdict.body, sent), parcels, { client, secret, signal }) : verdict
  }
  const limits = { ...protocol.limits, records: Math.min(protocol.limits.records, settings.batch.records), bytes: Math.min(protocol.limits.bytes, settings.batch.bytes) }

  return {
    name: settings.name,
    // A record has four to six times the bytes of its line: most batches then go in one request.
    limits: { records: limits.records, bytes: limits.bytes / 6 },
    inFlight: settings.in_flight,
    async open() {
      client.load()
      protocol.secret?.read()
    },
    deliver: (batch, signal) => (tlsFault === undefined ? deliverInPieces(batch, limits, (parcels) => post(parcels, signal), refusals) : Promise.resolve(tlsFault)),
    reopen() {
      tlsFault = undefined
      try {
        client.load()
      } catch (error) {
        tlsFault = { kind: 'hold', reason: (error as Error).message }
      }
    },
    async close() {
      client.close()
    },
  }
}

/** All of a request was taken. */
export function taken(parcels: readonly Parcel[]): Delivery {
  return { kind: 'delivered', count: parcels.length, rejected: [] }
}

/** The records with a separator, as the bytes of a body. */
export function join(parcels: readonly Parcel[], before: string, separator: string, behind: string): Buffer {
  let body = before
  for (const [index, { record }] of parcels.entries()) body += index === 0 ? record : separator + record
  return Buffer.from(body + behind, 'latin1')
}
