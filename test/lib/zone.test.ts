import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Temporal } from 'temporal-polyfill'
import { createZone, parseFixedOffset } from '../../src/lib/zone.ts'

const MINUTE = 60_000
const ZONES = [
  'Europe/Rome', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Asia/Taipei', 'UTC',
  'Pacific/Apia', 'Africa/Casablanca', 'America/Sao_Paulo', 'Asia/Gaza', 'Pacific/Kiritimati',
]

/** Minutes east of UTC by Temporal for a wall-clock time given as Date.UTC would have it. */
function oracle(zone: string, localMs: number): number {
  const plain = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime()
  const instant = plain.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
  // The difference to the wall clock that was asked for: in a gap it is the offset from before.
  return Math.round((localMs - instant) / MINUTE)
}

/** Wall-clock milliseconds on both sides of every transition between two years. */
function aroundTransitions(zone: string, fromYear: number, toYear: number): number[] {
  const times: number[] = []
  let moment = Temporal.ZonedDateTime.from(`${fromYear}-01-01T00:00[${zone}]`)
  for (;;) {
    const next = moment.getTimeZoneTransition('next')
    if (next === null || next.year > toYear) return times
    const before = next.epochMilliseconds + next.subtract({ seconds: 1 }).offsetNanoseconds / 1e6
    const after = next.epochMilliseconds + next.offsetNanoseconds / 1e6
    for (const edge of [before, after]) for (const minutes of [-61, -31, -1, 0, 1, 14, 29, 30, 59, 60, 61]) times.push(edge + minutes * MINUTE)
    moment = next
  }
}

for (const name of ZONES) {
  test(`${name}: offsets are those of Temporal at random times`, () => {
    const zone = createZone(name)
    const from = Date.UTC(1972, 1, 1)
    const span = Date.UTC(2037, 11, 31) - from
    let seed = 12345
    for (let i = 0; i < 300; i++) {
      seed = (seed * 48271) % 2147483647
      const localMs = from + Math.floor((seed / 2147483647) * span)
      assert.equal(zone.offsetOfLocal(localMs), oracle(name, localMs), new Date(localMs).toISOString())
    }
  })

  test(`${name}: offsets are those of Temporal around the transitions, in any order`, () => {
    const zone = createZone(name)
    const times = [...aroundTransitions(name, 1985, 1988), ...aroundTransitions(name, 2005, 2013), ...aroundTransitions(name, 2025, 2027)]
    const expected = new Map(times.map((localMs) => [localMs, oracle(name, localMs)]))
    for (const localMs of [...times, ...times.toReversed()]) {
      assert.equal(zone.offsetOfLocal(localMs), expected.get(localMs), new Date(localMs).toISOString())
    }
  })
}

test('a time that occurs twice is the earlier one, a time that is skipped has the offset from before', () => {
  const rome = createZone('Europe/Rome')
  assert.equal(rome.offsetOfLocal(Date.UTC(2026, 9, 25, 2, 30)), 120)
  assert.equal(rome.offsetOfLocal(Date.UTC(2026, 9, 25, 3, 0)), 60)
  assert.equal(rome.offsetOfLocal(Date.UTC(2026, 2, 29, 2, 30)), 60)
  assert.equal(rome.offsetOfLocal(Date.UTC(2026, 2, 29, 3, 0)), 120)
})

test('more times than are remembered', () => {
  const rome = createZone('Europe/Rome')
  for (let day = 0; day < 5000; day++) rome.offsetOfLocal(Date.UTC(2000, 0, day, 12))
  assert.equal(rome.offsetOfLocal(Date.UTC(2026, 5, 9, 12)), 120)
  assert.equal(rome.offsetOfLocal(Date.UTC(2026, 0, 9, 12)), 60)
})

test('fixed offsets', () => {
  const cases: [string, number | undefined][] = [
    ['UTC', 0], ['utc', 0], ['Z', 0], ['z', 0], ['GMT', 0], ['+00:00', 0], ['-00:00', 0], ['+02:00', 120], ['-0330', -210], ['+05', 300],
    ['+18:00', 1080], ['+18:01', undefined], ['-19:00', undefined], ['+02:60', undefined], ['2:00', undefined], ['+2', undefined],
    ['+02:00 ', undefined], ['', undefined], ['Europe/Rome', undefined], ['+02:', undefined],
  ]
  for (const [text, minutes] of cases) assert.equal(parseFixedOffset(text), minutes, text)
  assert.equal(createZone('-03:30').offsetOfLocal(Date.UTC(2026, 5, 9)), -210)
  assert.equal(createZone('Z').offsetOfLocal(0), 0)
})

test('an unknown zone is an error that names it', () => {
  for (const name of ['Europe/Atlantis', '', '+25:00', 'local']) {
    assert.throws(() => createZone(name), (error: Error) => error.message.startsWith(`unknown time zone '${name}'`), name)
  }
})
