import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { createDeadLetters, readDeadLetter } from '../../src/forward/dead-letter.ts'
import { fromBytes, isValidUtf8, repairUtf8, toBytes } from '../../src/lib/bytes.ts'
import { F } from '../../src/fields/index.ts'
import { startStub, type StubServer } from '../destinations/stub.ts'
import { testPipeline } from '../support/pipeline.ts'
import { read, replay, temporaryDirectory, write, type ReplayResult } from './support.ts'

interface Place {
  readonly dir: string
  readonly config: string
  readonly letters: string
  /** Path of the file of a file destination. */
  file(name: string): string
  /** The records in it. */
  recordsOf(name: string): ReturnType<typeof read>
  replay(...argv: string[]): Promise<ReplayResult>
}

/** A folder with a configuration of these destinations; those without a type are files. */
function makePlace(t: TestContext, destinations: readonly ({ readonly name: string } & Record<string, unknown>)[], more: object = {}): Place {
  const dir = temporaryDirectory(t)
  const config = join(dir, 'naslog.yaml')
  const letters = join(dir, 'dead-letters.jsonl')
  const file = (name: string): string => join(dir, `${name}.out`)
  const full = destinations.map((each) => (each['type'] === undefined ? { type: 'file', path: file(each.name), ...each } : each))
  writeFileSync(config, JSON.stringify({ destinations: full, dead_letters: letters, ...more }))
  return {
    dir, config, letters, file,
    recordsOf: (name) => read(existsSync(file(name)) ? readFileSync(file(name), 'utf8') : ''),
    replay: (...argv) => replay(['--config', config, ...argv]),
  }
}

const connLine = (user: string, second = 15): string =>
  `<30>Jun  9 10:20:${second} NAS qulogd[1]: conn log: Users: ${user}, Source IP: 192.0.2.7, Computer name: PC, Connection type: SAMBA, Accessed resources: a, Action: Read`

interface Written {
  readonly destination?: unknown
  readonly event_id?: unknown
  readonly line?: unknown
  readonly reception?: unknown
}

const AT = Date.UTC(2026, 5, 9, 10, 21)

/** A letter as naslog writes it, with another content where the test says so. */
function letter(number: number, other: Written = {}): string {
  const id = number.toString(16).padStart(32, '0')
  const content = { time: '2026-06-09T10:21:00.000Z', destination: 'a', reason: 'no', status: 422, event_id: id, reception: { at: AT, reference: AT, repaired: false }, line: connLine(`m${number}`) }
  return `${JSON.stringify({ ...content, ...other })}\n`
}
const usersOf = ({ records }: ReturnType<typeof read>): unknown[] => records.map((record) => record['user.name'])

/** A server that refuses the requests in which a user called `poison` stands. */
function startPicky(t: TestContext): Promise<StubServer> {
  return startStub(t, ({ body }) => ({ status: body.includes('"user.name":"poison"') ? 422 : 200 }))
}
const takenBy = ({ requests }: StubServer): ReturnType<typeof read> => read(requests.map(({ body }) => fromBytes(body)).join(''))

describe('replay of dead letters', { timeout: 60_000 }, () => {
  test('what a replay could not deliver has the same event.id later, equal lines and bytes that are no UTF-8 included', async (t) => {
    const stub = await startPicky(t)
    const place = makePlace(t, [{ name: 'web', type: 'http', url: stub.url, gzip: false }])
    const bytes = Buffer.from(connLine('poison', 17).replace('PC', 'P\xff\xe9\xc3\xa9'), 'latin1')
    const lines = [connLine('anna'), ...Array(4).fill(connLine('poison')), connLine('zoë', 16), bytes, connLine('anna'), connLine('poison')]
    const log = write(join(place.dir, 'qnap.log'), Buffer.concat(lines.map((each) => Buffer.concat([Buffer.from(each as string), Buffer.from('\n')]))))
    const all = await replay([log])
    assert.equal(new Set(all.ids).size, lines.length)

    assert.equal((await place.replay('--to', 'web', log)).code, 3)
    const refused = all.records.filter((record) => record['user.name'] === 'poison')
    const letters = readFileSync(place.letters, 'utf8').trimEnd().split('\n').map((each) => JSON.parse(each) as Record<string, unknown>)
    assert.deepEqual(letters.map(({ event_id: id }) => id), refused.map((record) => record['event.id']))

    stub.requests.length = 0
    stub.answer = () => ({ status: 200 })
    const again = await place.replay('--dead-letter', place.letters)
    assert.equal(again.code, 0, again.stderr)
    // event.created is the time of the reading: the test's clock stands still.
    assert.deepEqual(takenBy(stub).records, refused)
    assert.match(again.stderr, /destination web\s+6 delivered/)
  })

  test('each goes to the destination that it names, whatever their order; --to takes them all', async (t) => {
    const place = makePlace(t, [{ name: 'a' }, { name: 'b', where: 'not user.name: m3' }, { name: 'c' }])
    const letters = write(join(place.dir, 'old.jsonl.gz'), [0, 1, 2, 3, 4, 5].map((number) => letter(number, { destination: 'ab'[number % 2]! })).join(''))
    const { code, stderr } = await place.replay('--dead-letter', letters)
    assert.equal(code, 0, stderr)
    assert.deepEqual(usersOf(place.recordsOf('a')), ['m0', 'm2', 'm4'])
    assert.deepEqual(usersOf(place.recordsOf('b')), ['m1', 'm5'])
    assert.match(stderr, /records\s+5, to the destinations that had refused them\n\s+not selected\s+1\n/)
    assert.match(stderr, /destination a\s+3 delivered\n\s+destination b\s+2 delivered\n/)

    assert.equal((await place.replay('--dead-letter', '--to', 'c', letters)).code, 0)
    assert.deepEqual(place.recordsOf('c').ids, [0, 1, 2, 3, 4, 5].map((number) => String(number).padStart(32, '0')))
  })

  test('the configuration of today counts: rules, selection, and privacy of the destination', async (t) => {
    const place = makePlace(t, [{ name: 'a', privacy: { rules: [{ fields: ['user.name'], do: 'drop' }] } }], { rules: [{ name: 'never', when: 'user.name: m1', do: 'drop' }] })
    const letters = write(join(place.dir, 'old.jsonl'), [0, 1, 2].map((number) => letter(number)).join(''))
    const { code, stderr } = await place.replay('--dead-letter', '--where', 'not user.name: m2', letters)
    assert.equal(code, 0, stderr)
    const { records, ids } = place.recordsOf('a')
    assert.deepEqual(ids, ['0'.repeat(32)])
    assert.equal(records[0]?.['user.name'], undefined)
    assert.match(stderr, /dropped by rules\s+1: never 1/)
  })

  test('lines that are no dead letter, or for nobody: skipped, counted, exit code 3', async (t) => {
    const place = makePlace(t, [{ name: 'a' }])
    const wrong = ['', 'no JSON', '{}', '[]', 'null', '"x"', '{"destination":"a"', '\xff\xfe',
      letter(1, { destination: 7 }), letter(1, { event_id: 'x' }), letter(1, { line: undefined }), letter(1, { reception: null }),
      letter(1, { reception: { at: 1e300, reference: AT, repaired: false } }), letter(1, { reception: { at: AT, reference: AT, repaired: false, occurrence: -1 } })]
    const nobodys = ['b', '__proto__', 'constructor', '\x1b[31m'].map((destination) => letter(1, { destination }))
    const text = [letter(0), ...wrong.map((each) => `${each.trimEnd()}\n`), ...nobodys, letter(2)].join('')
    const result = await place.replay('--dead-letter', '--summary', 'json', write(join(place.dir, 'old.jsonl'), Buffer.from(text, 'latin1')))
    assert.equal(result.code, 3)
    assert.deepEqual(usersOf(place.recordsOf('a')), ['m0', 'm2'])
    const summary = JSON.parse(result.stderr) as { skipped: number; records: number; not_selected: number; problems: { problem: string; count: number; example: { line: number; text: string } }[] }
    assert.deepEqual([summary.records, summary.skipped, summary.not_selected], [2, wrong.length + nobodys.length, 0])
    assert.deepEqual(summary.problems.map(({ problem, count, example }) => [problem, count, example.line, example.text]), [
      ['no_dead_letter', wrong.length, 2, ''],
      ['unknown_destination', nobodys.length, 2 + wrong.length, 'b'],
    ])
  })

  test('with a checkpoint only what is new goes out; a piece at the end waits for the whole', async (t) => {
    const place = makePlace(t, [{ name: 'a' }, { name: 'b' }])
    const run = (): Promise<ReplayResult> => place.replay('--dead-letter', '--quiet', '--checkpoint', join(place.dir, 'state'), place.letters)
    const torn = letter(2).slice(0, 50)
    write(place.letters, letter(0) + letter(1, { destination: 'b' }) + torn)
    assert.equal((await run()).code, 3)
    assert.equal((await run()).code, 3)
    // As naslog goes on behind a piece.
    appendFileSync(place.letters, `\n${letter(2)}${letter(3, { destination: 'b' }).trimEnd()}`)
    assert.equal((await run()).code, 3)
    assert.equal((await run()).code, 0)
    appendFileSync(place.letters, `\n${letter(4)}`)
    assert.equal((await run()).code, 0)
    assert.deepEqual([usersOf(place.recordsOf('a')), usersOf(place.recordsOf('b'))], [['m0', 'm2', 'm4'], ['m1', 'm3']])
  })

  test('resumed in the middle of a large file', async (t) => {
    const place = makePlace(t, [{ name: 'a' }, { name: 'b', path: '/nowhere/b' }])
    const texts = Array.from({ length: 3000 }, (_, number) => letter(number))
    write(place.letters, [...texts.slice(0, 2500), letter(7777, { destination: 'b' }), ...texts.slice(2500)].join(''))
    const argv = ['--dead-letter', '--quiet', '--checkpoint', join(place.dir, 'state'), place.letters]
    const first = await place.replay(...argv)
    assert.equal(first.code, 1)
    assert.match(first.stderr, /^naslog: destination b: ENOENT.*nowhere/)
    const before = place.recordsOf('a').ids.length
    assert.ok(before > 0 && before <= 2500, String(before))
    writeFileSync(place.config, readFileSync(place.config, 'utf8').replace('/nowhere/b', place.file('b')))
    assert.equal((await place.replay(...argv)).code, 0)
    assert.deepEqual(usersOf(place.recordsOf('a')), Array.from({ length: 3000 }, (_, number) => `m${number}`))
    assert.deepEqual(usersOf(place.recordsOf('b')), ['m7777'])
  })

  test('what is refused again stands in the dead letters again, and the replay ends', async (t) => {
    const stub = await startPicky(t)
    const place = makePlace(t, [{ name: 'web', type: 'http', url: stub.url, gzip: false }])
    const texts = [letter(0, { destination: 'web' }), letter(1, { destination: 'web', line: connLine('poison') })]
    write(place.letters, texts.join(''))
    const { code, stderr } = await place.replay('--dead-letter', place.letters)
    assert.equal(code, 3)
    assert.match(stderr, /1 delivered, 1 rejected for good/)
    const letters = readFileSync(place.letters, 'utf8').trimEnd().split('\n').map((each) => readDeadLetter(toBytes(each)))
    assert.equal(letters.length, 3)
    assert.deepEqual(letters[2], letters[1])
  })

  test('--dry-run counts, and options that make no sense are refused', async (t) => {
    const place = makePlace(t, [{ name: 'a' }])
    write(place.letters, letter(0) + letter(1, { destination: 'b' }))
    const dry = await place.replay('--dead-letter', '--dry-run', place.letters)
    assert.equal(dry.code, 3)
    assert.match(dry.stderr, /records\s+1, which were only counted/)
    assert.equal(existsSync(place.file('a')), false)
    for (const argv of [['--speed', '2x'], ['--year', '2020'], ['--to', 'x']]) assert.equal((await place.replay('--dead-letter', ...argv, place.letters)).code, 2, argv.join(' '))
  })
})

test('a letter makes the id again by itself: of any line, mark and occurrence', (t) => {
  const path = join(temporaryDirectory(t), 'letters')
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }), fc.option(fc.string({ unit: 'binary' }), { nil: undefined }), fc.option(fc.nat(5), { nil: undefined }), fc.nat(2 ** 40),
      (bytes, delivery, occurrence, at) => {
        writeFileSync(path, '')
        const raw = Buffer.from(bytes).toString('latin1')
        const repaired = !isValidUtf8(raw)
        const reception = { at, reference: at, repaired, delivery, occurrence }
        const id = testPipeline()(repaired ? repairUtf8(raw) : raw, reception).get(F['event.id']) as string
        createDeadLetters(path, () => at).add('a', [{ record: '', id, line: raw, reception }], [{ index: 0, reason: 'no' }])
        const found = readDeadLetter(readFileSync(path, 'latin1').trimEnd())
        assert.ok(found !== undefined)
        const again = testPipeline()(found.line, found.reception)
        assert.equal(again.get(F['event.id']), id)
        assert.equal(again.get(F['naslog.problems'])?.includes('invalid_utf8') ?? false, repaired)
      },
    ),
    { numRuns: 300 },
  )
})

test('whatever stands in a dead-letter file, reading it throws nothing', () => {
  const value = fc.oneof(fc.jsonValue(), fc.record({ at: fc.double(), reference: fc.double(), repaired: fc.boolean(), delivery: fc.string(), occurrence: fc.double() }), fc.constant('a'.repeat(32)))
  fc.assert(
    fc.property(fc.record({ destination: value, event_id: value, line: value, reception: value }), fc.nat(200), (content, cut) => {
      const text = toBytes(JSON.stringify(content))
      readDeadLetter(text.slice(0, cut))
      const found = readDeadLetter(text)
      if (found !== undefined) testPipeline()(found.line, found.reception)
    }),
    { numRuns: 500 },
  )
})
