import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createIdentity, OCCURRENCE_WINDOW } from '../src/identity.ts'

function sha256(bytes: string): string {
  return createHash('sha256').update(Buffer.from(bytes, 'latin1')).digest('hex').slice(0, 32)
}

const LINE = '<30>Jun  9 10:20:15 NAS qulogd[29981]: conn log: Users: alice'
const RECEIVED = '2026-06-09T10:20:15.123456+02:00 192.0.2.10'

test('the id of a line is its SHA-256: what sha256sum says of the line', () => {
  // printf 'abc' | sha256sum
  assert.equal(createIdentity().idOf('abc', undefined), 'ba7816bf8f01cfea414140de5dae2223')
  assert.equal(createIdentity().idOf('', undefined), 'e3b0c44298fc1c149afbf4c8996fb924')
  assert.equal(createIdentity().idOf('caf\xc3\xa9', undefined), sha256('caf\xc3\xa9'))
})

test('a message that is sent again has the same id, an equal message has another', () => {
  const identity = createIdentity()
  const id = identity.idOf(LINE, RECEIVED, 0)
  assert.equal(identity.idOf(LINE, RECEIVED, 0), id)
  assert.equal(createIdentity().idOf(LINE, RECEIVED), id)
  assert.notEqual(identity.idOf(LINE, RECEIVED, 1), id)
  assert.notEqual(identity.idOf(LINE, RECEIVED.replace('456+', '457+')), id)
  assert.notEqual(identity.idOf(LINE, RECEIVED.replace('2.10', '2.11')), id)
  assert.notEqual(identity.idOf(LINE + ' ', RECEIVED), id)
  assert.notEqual(identity.idOf(LINE, undefined), id)
  assert.equal(id, sha256(`\ndelivery ${RECEIVED.length} ${RECEIVED}${LINE}`))
})

test('equal lines of one receive time are counted, and the count may be given', () => {
  const identity = createIdentity()
  const ids = [0, 1, 2].map(() => identity.idOf(LINE, RECEIVED))
  assert.equal(new Set(ids).size, 3)
  assert.deepEqual([0, 1, 2].map((occurrence) => createIdentity().idOf(LINE, RECEIVED, occurrence)), ids)
  assert.equal(ids[1], sha256(`\noccurrence 1 1\ndelivery ${RECEIVED.length} ${RECEIVED}${LINE}`))
})

test('equal lines are told apart, also more of them than the window holds', () => {
  const identity = createIdentity()
  const ids = new Set<string>()
  for (let i = 0; i < OCCURRENCE_WINDOW * 2 + 10; i++) ids.add(identity.idOf(LINE, undefined))
  assert.equal(ids.size, OCCURRENCE_WINDOW * 2 + 10)
})

test('an equal line counts while it is among the preceding ones of the window', () => {
  for (const [between, same] of [[0, false], [1, false], [OCCURRENCE_WINDOW - 1, false], [OCCURRENCE_WINDOW, true]] as const) {
    const identity = createIdentity()
    const first = identity.idOf(LINE, undefined)
    for (let i = 0; i < between; i++) identity.idOf(String(i), undefined)
    assert.equal(identity.idOf(LINE, undefined) === first, same, `${between} lines between`)
  }
})

/** The definition, without hashes: an occurrence follows an equal line among the preceding ones of the window. */
function oracle(lines: readonly string[]): string[] {
  const last = new Map<string, { at: number; occurrence: number }>()
  return lines.map((line, at) => {
    const before = last.get(line)
    const occurrence = before !== undefined && at - before.at <= OCCURRENCE_WINDOW ? before.occurrence + 1 : 0
    last.set(line, { at, occurrence })
    return occurrence === 0 ? sha256(line) : sha256(`\noccurrence ${String(occurrence).length} ${occurrence}${line}`)
  })
}

test('the ids of any input are those of the definition', () => {
  // Runs of equal and of different lines, long enough to leave the window.
  const run = fc.record({ name: fc.constantFrom('a', 'b', 'c', ''), length: fc.integer({ min: 1, max: 3 }), gap: fc.constantFrom(0, 1, 4094, 4095, 4096) })
  fc.assert(
    fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
      let filler = 0
      const lines = runs.flatMap(({ name, length, gap }) => [
        ...Array.from({ length }, () => name),
        ...Array.from({ length: gap }, () => `filler ${filler++}`),
      ])
      const identity = createIdentity()
      assert.deepEqual(lines.map((line) => identity.idOf(line, undefined)), oracle(lines))
    }),
    { numRuns: 30 },
  )
})

test('reading resumes with the same ids behind the observed lines', () => {
  const lines = Array.from({ length: 9000 }, (_, i) => `line ${Math.floor(i / 10) * 3 + (i % 3)}`)
  const all = createIdentity()
  const ids = lines.map((line) => all.idOf(line, undefined))
  const resumed = createIdentity()
  const at = 6000
  for (const line of lines.slice(at - OCCURRENCE_WINDOW, at)) resumed.idOf(line, undefined)
  assert.deepEqual(lines.slice(at).map((line) => resumed.idOf(line, undefined)), ids.slice(at))
})

test('no line passes for another with a mark', () => {
  const line = 'user'
  const forged = [
    `\noccurrence 1 1${line}`,
    `\ndelivery ${RECEIVED.length} ${RECEIVED}${line}`,
    `\nline 0 ${line}`,
  ]
  const identity = createIdentity()
  const ids = [identity.idOf(line, undefined), identity.idOf(line, undefined), identity.idOf(line, RECEIVED)]
  ids.push(...forged.map((text) => identity.idOf(text, undefined)))
  ids.push(identity.idOf(`0${line}`, '1'), identity.idOf(line, '10'), identity.idOf(line, ''))
  assert.equal(new Set(ids).size, ids.length)
})

test('a line of any length', () => {
  for (const length of [65_535, 65_536, 65_537, 3_000_000]) {
    const line = '\xc3\xa9'.repeat(length / 2)
    assert.equal(createIdentity().idOf(line, undefined), sha256(line))
    assert.equal(createIdentity().idOf(line, 'x'), sha256(`\ndelivery 1 x${line}`))
  }
})
