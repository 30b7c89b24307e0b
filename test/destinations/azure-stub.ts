import type { TestContext } from 'node:test'
import { startStub, type StubReply, type StubRequest, type StubServer } from './stub.ts'

/**
 * A stub of Azure, not Azure: the three endpoints that naslog speaks to, as Microsoft documents them
 * (logs-ingestion-api-overview, v2-oauth2-client-creds-grant-flow, how-to-use-vm-token). It is strict: a request that the documents
 * do not allow is answered as they say, and rows of a column that the rule does not declare are refused.
 */
export interface AzureStub extends StubServer {
  /** Rows that were taken, in order. */
  readonly rows: Record<string, unknown>[]
  /** Tokens that it has given out; only the last counts. */
  readonly tokens: string[]
  /** Seconds that a token lives. */
  tokenLife: number
  /** What a row must be not to be refused with 400. */
  accepts: (row: Record<string, unknown>) => boolean
}

export const TENANT = 'contoso.example'
export const CLIENT = '11111111-2222-3333-4444-555555555555'
export const SECRET = 'p~ss w0rd&+'
export const RULE = `dcr-${'0123456789abcdef'.repeat(2)}`
const LARGEST_CALL = 1_048_576
const LARGEST_VALUE = 65_536

export async function startAzure(
  t: Pick<TestContext, 'after'>,
  columns: ReadonlySet<string>,
  secret = SECRET,
  nextToken: (number: number) => string = (number) => `token-${number}`,
): Promise<AzureStub> {
  const rows: Record<string, unknown>[] = []
  const tokens: string[] = []
  const answer = (request: StubRequest): StubReply => {
    const { pathname, searchParams } = new URL(request.path, 'http://stub')
    if (pathname === `/${TENANT}/oauth2/v2.0/token`) return applicationToken(request)
    if (pathname === '/metadata/identity/oauth2/token') return machineToken(request, searchParams)
    if (pathname === `/dataCollectionRules/${RULE}/streams/Custom-Naslog_CL`) return ingest(request, searchParams)
    return { status: 404, body: '{"error":{"code":"NotFound","message":"Data collection rule not found"}}' }
  }
  const giveToken = (seconds: number | string): StubReply => {
    const token = nextToken(tokens.length + 1)
    tokens.push(token)
    return json(200, { token_type: 'Bearer', expires_in: seconds, access_token: token })
  }
  const applicationToken = (request: StubRequest): StubReply => {
    const form = new URLSearchParams(request.body)
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return json(400, { error: 'invalid_request' })
    if (form.get('grant_type') !== 'client_credentials' || form.get('scope') !== 'https://monitor.azure.com/.default') return json(400, { error: 'invalid_scope' })
    if (form.get('client_id') !== CLIENT) return json(400, { error: 'unauthorized_client' })
    if (form.get('client_secret') !== secret) {
      return json(401, { error: 'invalid_client', error_description: `AADSTS7000215: Invalid client secret provided: ${form.get('client_secret')}` })
    }
    return giveToken(stub.tokenLife)
  }
  const machineToken = (request: StubRequest, query: URLSearchParams): StubReply => {
    if (request.method !== 'GET' || request.headers['metadata'] !== 'true') return json(400, { error: 'invalid_request' })
    if (query.get('api-version') !== '2018-02-01' || query.get('resource') !== 'https://monitor.azure.com') return json(400, { error: 'invalid_resource' })
    if (query.get('client_id') !== null && query.get('client_id') !== CLIENT) return json(400, { error: 'invalid_request', error_description: 'Identity not found' })
    return giveToken(String(stub.tokenLife))
  }
  const ingest = (request: StubRequest, query: URLSearchParams): StubReply => {
    if (request.headers.authorization !== `Bearer ${tokens.at(-1)}`) return error(401, 'InvalidAuthenticationToken')
    if (query.get('api-version') !== '2023-01-01' || request.method !== 'POST') return error(400, 'InvalidApiVersion')
    if (!request.headers['content-type']?.startsWith('application/json')) return error(415, 'UnsupportedMediaType')
    if (!/^[0-9a-f-]{36}$/.test(String(request.headers['x-ms-client-request-id']))) return error(400, 'InvalidRequestId')
    if (request.bytes > LARGEST_CALL) return error(413, 'ContentLengthLimitExceeded')
    let sent: unknown
    try {
      sent = JSON.parse(Buffer.from(request.body, 'latin1').toString('utf8'))
    } catch {
      return error(400, 'InvalidPayload')
    }
    if (!Array.isArray(sent)) return error(400, 'InvalidPayload')
    for (const row of sent as Record<string, unknown>[]) {
      const strange = Object.keys(row).filter((name) => !columns.has(name))
      const long = Object.values(row).some((value) => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)) > LARGEST_VALUE)
      if (strange.length > 0 || long || !stub.accepts(row)) return error(400, `InvalidRow ${strange.join()}`)
    }
    rows.push(...(sent as Record<string, unknown>[]))
    return { status: 204 }
  }
  const stub: AzureStub = Object.assign(await startStub(t, answer), { rows, tokens, tokenLife: 3600, accepts: () => true })
  return stub
}

function json(status: number, body: object): StubReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function error(status: number, code: string): StubReply {
  return json(status, { error: { code, message: `${code} (a stub)` } })
}
