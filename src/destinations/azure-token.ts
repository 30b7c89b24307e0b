import type { Fault } from './destination.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts'
import { parseObject } from './json-answer.ts'
import { judge } from './outcome.ts'
import type { Secret } from './secret.ts'

/** Access tokens of Microsoft Entra, kept until shortly before they end. */
export interface TokenSource {
  /** A token that is still good, or why there is none. */
  get(signal: AbortSignal): Promise<{ readonly kind: 'token'; readonly token: string } | Fault>
  /** Forgets the token: it was refused. */
  drop(): void
}

/** Asks for one token. */
export type TokenRequest = () => HttpRequest

export interface TokenSourceOptions {
  readonly client: Pick<HttpClient, 'request' | 'host'>
  /** May throw the error of a secret that cannot be read. */
  readonly request: TokenRequest
  /** In ms since 1970. */
  readonly now: () => number
}

/** A token is renewed so long before its end, in ms; a short one at half its life. */
const RENEW_BEFORE = 300_000

export function createTokenSource({ client, request, now }: TokenSourceOptions): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined

  return {
    async get(signal) {
      if (kept !== undefined && now() < kept.until) return { kind: 'token', token: kept.token }
      let asked: HttpRequest
      try {
        asked = request()
      } catch (error) {
        return { kind: 'hold', reason: (error as Error).message }
      }
      const answer = await client.request(asked, signal)
      const read = answer.kind === 'answered' && answer.status === 200 ? readToken(answer.body) : undefined
      if (read === undefined) return faultOf(answer, client.host)
      const life = read.seconds * 1000
      kept = { token: read.token, until: now() + Math.max(life - RENEW_BEFORE, life / 2) }
      return { kind: 'token', token: read.token }
    },
    drop() {
      kept = undefined
    },
  }
}

/** `expires_in` is a number of seconds for an application, and a text for a managed identity. */
function readToken(body: string): { token: string; seconds: number } | undefined {
  const answer = parseObject(body)
  const token = answer?.['access_token']
  const seconds = Number(answer?.['expires_in'])
  return typeof token === 'string' && /^[!-~]+$/.test(token) && seconds > 0 ? { token, seconds } : undefined
}

/** What is wrong with an application or an identity needs a person; the metadata service asks to be asked again at 404 and 410. */
function faultOf(answer: HttpAnswer, host: string): Fault {
  const verdict = judge(answer, host)
  if (verdict.kind === 'taken') return { kind: 'retry', reason: `${host}: an answer without a token` }
  const reason = `no token: ${verdict.reason}`
  if (answer.kind === 'answered' && (answer.status === 404 || answer.status === 410)) return { kind: 'retry', reason }
  return verdict.kind === 'retry' ? { ...verdict, reason } : { kind: 'hold', reason }
}

/** Token of an application with a secret (OAuth 2.0 client credentials, https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). */
export function clientCredentials(tenant: string, clientId: string, secret: Secret, audience: string): TokenRequest {
  return () => {
    const password = secret.read()
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: password, scope: `${audience}/.default` })
    return {
      path: `/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(form.toString()),
      secret: password,
    }
  }
}

/** Token of a virtual machine (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token). */
export function managedIdentity(clientId: string | undefined, audience: string): TokenRequest {
  const query = new URLSearchParams({ 'api-version': '2018-02-01', resource: audience, ...(clientId !== undefined && { client_id: clientId }) })
  return () => ({ method: 'GET', path: `/metadata/identity/oauth2/token?${query.toString()}`, headers: { metadata: 'true' } })
}
