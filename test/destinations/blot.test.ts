import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blot, blotSuccess, type Sent } from '../../src/destinations/blot.ts'
import { bench, never } from './contract.ts'
import { elasticsearchPeer } from './peers.ts'

const cases: readonly (readonly [name: string, words: string, sent: Sent, refused: string, success: string])[] = [
  ['nothing secret', 'no', { headers: {} }, 'no', 'no'],
  ['a token, wherever it stands', 'x k3y-of-test k3y-of-test', { headers: { 'x-api-key': 'k3y-of-test' }, secret: 'k3y-of-test' }, 'x *** ***', 'x *** ***'],
  ['a token behind its scheme', 'Bearer k3y-of-test', { headers: { authorization: 'Bearer k3y-of-test' }, secret: 'k3y-of-test' }, 'Bearer ***', 'Bearer ***'],
  // base64 of `me:k3y-of-test`
  ['a password, also in base64', 'k3y-of-test Basic bWU6azN5LW9mLXRlc3Q=', { headers: { authorization: 'Basic bWU6azN5LW9mLXRlc3Q=' }, secret: 'k3y-of-test' }, '*** Basic ***', '*** Basic ***'],
  ['a short one may be a word of a success', '{"code":0}', { headers: {}, secret: 'code' }, '{"***":0}', '{"code":0}'],
  ['an empty header', 'no', { headers: { authorization: '' }, secret: '' }, 'no', 'no'],
]

for (const [name, words, sent, refused, success] of cases) {
  test(`blot: ${name}`, () => {
    assert.equal(blot(words, sent), refused)
    assert.equal(blotSuccess(words, sent), success)
  })
}

const key = 'id0fk3y:s3cret-0f-the-key'
const inBase64 = 'aWQwZmszeTpzM2NyZXQtMGYtdGhlLWtleQ=='
const answers: readonly (readonly [name: string, status: number, body: string])[] = [
  ['403', 403, `no access for ApiKey ${inBase64}`],
  ['200 that means nothing', 200, `you sent ApiKey ${inBase64}`],
  ['200 with a refused document', 200, JSON.stringify({ errors: true, items: [{ create: { status: 400, error: { type: 'x', reason: inBase64 } } }] })],
]
for (const [name, status, body] of answers) {
  test(`blot: Elasticsearch's id:key, which is sent in base64, in a ${name}`, async (t) => {
    const peer = () => Object.assign(elasticsearchPeer(), { key })
    const { destination, parcels, stub } = await bench(t, { title: 'elasticsearch', settings: { type: 'elasticsearch' }, peer })
    stub.next.push({ status, body })
    const delivery = JSON.stringify(await destination.deliver(parcels(1), never))
    assert.equal(stub.requests[0]?.headers.authorization, `ApiKey ${inBase64}`)
    assert.match(delivery, /\*\*\*/)
    assert.ok(!delivery.includes(inBase64.slice(0, 12)), delivery)
  })
}
