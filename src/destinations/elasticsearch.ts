import type { SettingsOf } from '../config/destinations/index.ts'
import { authorizationOf } from './authorization.ts'
import type { Delivery, Destination, Parcel, Rejection } from './destination.ts'
import { createHttpDestination, join, type Settled } from './http-destination.ts'
import { parseObject } from './json-answer.ts'
import { notUnderstood, shorten } from './outcome.ts'
import type { Secret } from './secret.ts'

/** What one operation of a bulk request came to, as far as we ask for it. */
interface Item {
  readonly status?: unknown
  readonly error?: { readonly type?: unknown; readonly reason?: unknown; readonly caused_by?: { readonly reason?: unknown } }
}

/**
 * Elasticsearch and OpenSearch: `_bulk` into data streams
 * (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk). Records are pairs of an action line and a document
 * (encode/elasticsearch.ts): `create` with `_id` = event.id, so that a record that comes again is told by 409.
 */
export function createElasticsearchDestination(settings: SettingsOf<'elasticsearch'>, secret: Secret | undefined): Destination {
  const filter = 'filter_path=errors,items.*.status,items.*.error'
  const path = settings.opensearch ? `/_bulk?${filter}` : `/_bulk?require_data_stream=true&${filter}`
  const host = new URL(settings.url).host
  return createHttpDestination({
    settings,
    secret,
    limits: { records: Infinity, bytes: Infinity, envelope: 0, perRecord: 1 },
    request: (parcels, key) => ({
      path,
      headers: { 'content-type': 'application/x-ndjson', ...keyOf(settings.user, key) },
      body: join(parcels, '', '\n', '\n'),
    }),
    accept: (body, parcels) => readBulk(body, parcels, host),
  })
}

function keyOf(user: string | undefined, secret: string): Record<string, string> {
  if (secret === '') return {}
  if (user !== undefined) return authorizationOf(user, secret)
  return { authorization: `ApiKey ${secret.includes(':') ? Buffer.from(secret).toString('base64') : secret}` }
}

/** Reads what became of each document: items stand in the order of the request. */
function readBulk(body: string, parcels: readonly Parcel[], host: string): Settled {
  const answer = parseObject(body)
  if (answer?.['errors'] === false) return { kind: 'delivered', count: parcels.length, rejected: [] }
  const items = Array.isArray(answer?.['items']) ? (answer['items'] as readonly Record<string, Item>[]) : []
  if (answer?.['errors'] !== true || items.length !== parcels.length) return notUnderstood(host, body)

  const rejected: Rejection[] = []
  const again: number[] = []
  let hold: string | undefined
  let retry: string | undefined
  for (const [index, operation] of items.entries()) {
    const item = Object.values(operation ?? {})[0] ?? {}
    const status = typeof item.status === 'number' ? item.status : 0
    // 409: the document is there already, because it comes again.
    if ((status >= 200 && status < 300) || status === 409) continue
    const reason = `${host}: ${status} ${reasonOf(item)}`
    if (isRejection(status, item)) {
      rejected.push({ index, reason, status })
      continue
    }
    again.push(index)
    if (status === 429 || status === 408 || status >= 500 || status === 0) retry ??= reason
    else hold ??= reason
  }
  const delivery: Delivery = { kind: 'delivered', count: parcels.length, rejected }
  if (hold !== undefined) return { ...delivery, again: { indexes: again, fault: { kind: 'hold', reason: hold } } }
  if (retry !== undefined) return { ...delivery, again: { indexes: again, fault: { kind: 'retry', reason: retry } } }
  return delivery
}

/** A document that does not fit is its own fault; a data stream that is missing, closed or forbidden is not. */
function isRejection(status: number, { error }: Item): boolean {
  return status === 400 || status === 413 || (status === 404 && error?.type !== 'index_not_found_exception')
}

function reasonOf({ error }: Item): string {
  const cause = error?.caused_by?.reason
  return shorten(`${String(error?.type ?? '')}: ${String(error?.reason ?? '')}${cause === undefined ? '' : `: ${String(cause)}`}`)
}
