import { randomUUID } from 'node:crypto'
import type { SettingsOf } from '../config/destinations/index.ts'
import { clientCredentials, createTokenSource, managedIdentity, type TokenRequest } from './azure-token.ts'
import type { Destination, Fault, Parcel } from './destination.ts'
import { createHttpClient, type HttpAnswer } from './http-client.ts'
import { join, taken, type Settled } from './http-destination.ts'
import { judge, notUnderstood } from './outcome.ts'
import type { Secret } from './secret.ts'
import { deliverInPieces, type RequestLimits } from './split.ts'

/** Where tokens come from, and what they are for. */
const CLOUDS = {
  public: { login: 'https://login.microsoftonline.com', audience: 'https://monitor.azure.com' },
  usgov: { login: 'https://login.microsoftonline.us', audience: 'https://monitor.azure.us' },
  china: { login: 'https://login.chinacloudapi.cn', audience: 'https://monitor.azure.cn' },
} as const

/** 1 MB, compressed or not: the service says 1,048,576, Microsoft's own client cuts here. */
const LARGEST_CALL = 1_000_000

/**
 * Azure Monitor, by the Logs Ingestion API (https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview). Records
 * are rows (encode/azure.ts). A call is taken as a whole or not at all, and there is no key by which a repeat could be told: after an
 * answer that was lost, rows may be there twice, with the same EventId.
 */
export function createAzureDestination(settings: SettingsOf<'azure'>, secret: Secret | undefined, now: () => number = Date.now): Destination {
  const clientOf = (url: string, connections: number, proxy: string | undefined) =>
    createHttpClient({ url, tls: settings.tls, gzip: settings.gzip, connectTimeout: settings.connect_timeout, timeout: settings.timeout, connections, proxy })
  const { login, audience } = CLOUDS[settings.cloud]
  const client = clientOf(settings.url, settings.in_flight, settings.proxy)
  // The metadata of this machine are nowhere but on it.
  const tokenClient = settings.managed_identity ? clientOf(settings.metadata_url, 1, undefined) : clientOf(settings.login_url ?? login, 1, settings.proxy)
  const tokens = createTokenSource({ client: tokenClient, request: tokenRequest(settings, secret, audience), now })
  const path = `/dataCollectionRules/${settings.dcr}/streams/${settings.stream}?api-version=2023-01-01`
  const limits: RequestLimits = { records: settings.batch.records, bytes: Math.min(settings.batch.bytes, LARGEST_CALL), envelope: 2, perRecord: 1 }

  let tlsFault: Fault | undefined

  const call = async (parcels: readonly Parcel[], signal: AbortSignal): Promise<HttpAnswer | Fault> => {
    const body = join(parcels, '[', ',', ']')
    for (let attempt = 1; ; attempt++) {
      const token = await tokens.get(signal)
      if (token.kind !== 'token') return token
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token.token}`, 'x-ms-client-request-id': randomUUID() }
      const answer = await client.request({ path, headers, body, secret: token.token }, signal)
      if (answer.kind === 'failed' || answer.status !== 401) return answer
      // It may have been withdrawn before its time.
      tokens.drop()
      if (attempt === 2) return answer
    }
  }

  const send = async (parcels: readonly Parcel[], signal: AbortSignal): Promise<Settled> => {
    const answer = await call(parcels, signal)
    if (answer.kind === 'retry' || answer.kind === 'hold') return answer
    const verdict = judge(answer, client.host)
    if (verdict.kind === 'taken') return verdict.status === 204 ? taken(parcels) : notUnderstood(client.host, verdict.body)
    if (verdict.kind === 'hold' && answer.kind === 'answered' && answer.status === 403) {
      return { kind: 'hold', reason: `${verdict.reason}; the identity needs the role Monitoring Metrics Publisher on the rule, which takes up to 30 minutes to count` }
    }
    // One row is refused: its own fault, unless not even no row is taken.
    if (verdict.kind !== 'split' || parcels.length > 1 || verdict.status === 413) return verdict
    const probe = await call([], signal)
    if (probe.kind === 'retry' || probe.kind === 'hold') return probe
    const said = judge(probe, client.host)
    return said.kind === 'taken' ? verdict : said.kind === 'split' ? { kind: 'hold', reason: said.reason } : said
  }

  return {
    name: settings.name,
    // A row has about twice the bytes of its line.
    limits: { records: limits.records, bytes: limits.bytes / 2 },
    inFlight: settings.in_flight,
    async open() {
      client.load()
      tokenClient.load()
      secret?.read()
    },
    deliver: (batch, signal) => (tlsFault === undefined ? deliverInPieces(batch, limits, (parcels) => send(parcels, signal)) : Promise.resolve(tlsFault)),
    reopen() {
      tokens.drop()
      tlsFault = undefined
      try {
        client.load()
        tokenClient.load()
      } catch (error) {
        tlsFault = { kind: 'hold', reason: (error as Error).message }
      }
    },
    async close() {
      client.close()
      tokenClient.close()
    },
  }
}

function tokenRequest({ managed_identity, tenant, client_id }: SettingsOf<'azure'>, secret: Secret | undefined, audience: string): TokenRequest {
  if (managed_identity) return managedIdentity(client_id, audience)
  if (tenant === undefined || client_id === undefined || secret === undefined) throw new Error('azure: no identity')
  return clientCredentials(tenant, client_id, secret, audience)
}
