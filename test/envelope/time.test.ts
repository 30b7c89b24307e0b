import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { readStamp, type Stamp } from '../../src/envelope/stamp.ts'
import { createTimeResolver, formatIso } from '../../src/envelope/time.ts'
import { createZone } from '../../src/lib/zone.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY = 86_400_000

/** The stamp of a header that begins with the text. */
function stampOf(text: string): Stamp {
  const found = readStamp(text + ' host', 0)
  assert.ok(found, `no stamp in ${text}`)
  assert.equal(found.end, text.length, `end of the stamp in ${text}`)
  return found.stamp
}

function bsd(text: string, year?: number, zone?: string): Stamp {
  return { kind: 'bsd', text, month: MONTHS.indexOf(text.slice(0, 3)) + 1, year, zone }
}

function resolve(stamp: Stamp, zone: string, reference: string): string | undefined {
  return createTimeResolver()(stamp, createZone(zone), Date.parse(reference))?.text
}

test('a missing year', () => {
  // stamp, zone, reference, time
  const cases: [string, string, string, string | undefined][] = [
    ['Jun  9 10:20:15', 'Europe/Rome', '2026-06-09T08:20:16Z', '2026-06-09T10:20:15+02:00'],
    ['Jun 9 10:20:15', 'Europe/Rome', '2026-06-09T08:20:16Z', '2026-06-09T10:20:15+02:00'],
    ['Jun  9 10:20:15.123', 'UTC', '2026-06-09T10:20:16Z', '2026-06-09T10:20:15.123Z'],
    ['Jun  9 10:20:15.120000', 'UTC', '2026-06-09T10:20:16Z', '2026-06-09T10:20:15.120000Z'],
    ['Nov 19 10:20:15', '-03:30', '2026-11-21T00:00:00Z', '2026-11-19T10:20:15-03:30'],
    // New Year: received just after, and a clock that is ahead.
    ['Dec 31 23:59:59', 'UTC', '2027-01-01T00:00:01Z', '2026-12-31T23:59:59Z'],
    ['Jan  1 00:00:01', 'UTC', '2026-12-31T23:59:59Z', '2027-01-01T00:00:01Z'],
    ['Jan  1 00:00:01', 'UTC', '2027-01-01T00:00:00Z', '2027-01-01T00:00:01Z'],
    ['Jan  1 00:30:00', 'Asia/Tokyo', '2026-12-31T15:30:01Z', '2027-01-01T00:30:00+09:00'],
    ['Dec 31 16:30:00', 'America/Los_Angeles', '2027-01-01T00:30:01Z', '2026-12-31T16:30:00-08:00'],
    ['Jan  1 00:30:00', 'Pacific/Kiritimati', '2026-12-31T10:30:01Z', '2027-01-01T00:30:00+14:00'],
    ['Jan  2 13:00:00', 'Pacific/Kiritimati', '2026-12-31T10:30:00Z', '2026-01-02T13:00:00+14:00'],
    // A day ahead of the reference is this year; a millisecond more is the year before.
    ['Jun 10 12:00:00', 'UTC', '2026-06-09T12:00:00Z', '2026-06-10T12:00:00Z'],
    ['Jun 10 12:00:00', 'UTC', '2026-06-09T11:59:59.999Z', '2025-06-10T12:00:00Z'],
    ['Jun 10 14:00:00', 'Europe/Rome', '2026-06-09T12:00:00Z', '2026-06-10T14:00:00+02:00'],
    ['Jun 10 14:00:00', 'Europe/Rome', '2026-06-09T11:59:59.999Z', '2025-06-10T14:00:00+02:00'],
    ['Jan  1 00:00:00', 'UTC', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['Jan  1 00:00:00', 'UTC', '2026-12-30T23:59:59.999Z', '2026-01-01T00:00:00Z'],
    ['Dec  1 12:00:00', 'Europe/Rome', '2026-06-09T12:00:00Z', '2025-12-01T12:00:00+01:00'],
    // Leap days.
    ['Feb 29 12:00:00', 'UTC', '2024-02-29T12:00:00Z', '2024-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', 'UTC', '2024-02-28T12:00:00Z', '2024-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', 'UTC', '2024-02-27T12:00:00Z', '2020-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', 'UTC', '2026-06-09T00:00:00Z', '2024-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', 'UTC', '2003-06-09T00:00:00Z', '2000-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', 'UTC', '1903-12-31T23:00:00Z', '1896-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', 'UTC', '1904-02-28T11:00:00Z', '1896-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', 'UTC', '2101-01-01T00:00:00Z', '2096-02-29T12:00:00Z'],
    // Times that do not exist.
    ['Feb 30 12:00:00', 'UTC', '2026-06-09T00:00:00Z', undefined],
    ['Apr 31 12:00:00', 'UTC', '2026-06-09T00:00:00Z', undefined],
    ['Jun  0 12:00:00', 'UTC', '2026-06-09T00:00:00Z', undefined],
    ['Jun 32 12:00:00', 'UTC', '2026-06-09T00:00:00Z', undefined],
    ['Jun  9 24:00:00', 'UTC', '2026-06-09T00:00:00Z', undefined],
    ['Jun  9 25:00:00', 'UTC', '2026-06-09T00:00:00Z', undefined],
    ['Jun  9 10:60:00', 'UTC', '2026-06-09T00:00:00Z', undefined],
    ['Jun  9 10:20:61', 'UTC', '2026-06-09T00:00:00Z', undefined],
    // A leap second.
    ['Dec 31 23:59:60.5', 'UTC', '2017-01-01T00:00:01Z', '2016-12-31T23:59:59.5Z'],
    // The clocks go back: the earlier of two, unless the line was received just behind the later one.
    ['Oct 25 02:30:00', 'Europe/Rome', '2026-10-25T00:30:01Z', '2026-10-25T02:30:00+02:00'],
    ['Oct 25 02:30:00', 'Europe/Rome', '2026-10-25T01:20:00Z', '2026-10-25T02:30:00+02:00'],
    ['Oct 25 02:30:00', 'Europe/Rome', '2026-10-25T01:29:55Z', '2026-10-25T02:30:00+01:00'],
    ['Oct 25 02:30:00', 'Europe/Rome', '2026-10-25T01:30:01Z', '2026-10-25T02:30:00+01:00'],
    ['Oct 25 02:30:00', 'Europe/Rome', '2026-10-25T03:30:01Z', '2026-10-25T02:30:00+02:00'],
    ['Oct 25 03:00:00', 'Europe/Rome', '2026-10-25T02:00:01Z', '2026-10-25T03:00:00+01:00'],
    ['Oct 25 01:59:59', 'Europe/Rome', '2026-10-25T01:00:00Z', '2026-10-25T01:59:59+02:00'],
    ['Apr  5 01:45:00', 'Australia/Lord_Howe', '2026-04-04T15:15:01Z', '2026-04-05T01:45:00+10:30'],
    ['Apr  5 01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:01Z', '2026-04-05T01:45:00+11:00'],
    // And forward (the instant is 03:30+02:00).
    ['Oct 25 02:30:00', 'Europe/Rome', '2026-10-26T00:00:00Z', '2026-10-25T02:30:00+02:00'],
    ['Mar 29 02:30:00', 'Europe/Rome', '2026-03-29T12:00:00Z', '2026-03-29T02:30:00+01:00'],
  ]
  for (const [text, zone, reference, expected] of cases) {
    assert.equal(resolve(stampOf(text), zone, reference), expected, `${text} in ${zone} seen ${reference}`)
  }
})

test('an explicit year or zone', () => {
  const reference = '2026-06-09T08:20:16Z'
  const cases: [Stamp, string | undefined][] = [
    [bsd('Jun  9 10:20:15', 2019), '2019-06-09T10:20:15+02:00'],
    [bsd('Jun  9 2019 10:20:15', 2019), '2019-06-09T10:20:15+02:00'],
    [bsd('Jun  9 10:20:15', 2031), '2031-06-09T10:20:15+02:00'],
    [bsd('Feb 29 10:20:15', 2026), undefined],
    [bsd('Feb 29 10:20:15', 1900), undefined],
    [bsd('Feb 29 10:20:15', 2000, 'UTC'), '2000-02-29T10:20:15Z'],
    [bsd('Feb 29 10:20:15', 2100), undefined],
    [bsd('Jun  9 10:20:15', undefined, 'UTC'), '2026-06-09T10:20:15Z'],
    [bsd('Jun  9 10:20:15', undefined, '-0500'), '2026-06-09T10:20:15-05:00'],
    [bsd('Jun  9 10:20:15', undefined, 'XYZT'), '2026-06-09T10:20:15+02:00'],
    [stampOf('Jun  9 2019 10:20:15'), '2019-06-09T10:20:15+02:00'],
    [stampOf('Jun  9 10:20:15 2019'), '2019-06-09T10:20:15+02:00'],
    [stampOf('Jun  9 10:20:15.123 UTC'), '2026-06-09T10:20:15.123Z'],
    [stampOf('Jun  9 10:20:15 EDT'), '2026-06-09T10:20:15-04:00'],
    [stampOf('Jun  9 10:20:15+05:45'), '2026-06-09T10:20:15+05:45'],
  ]
  for (const [stamp, expected] of cases) assert.equal(resolve(stamp, 'Europe/Rome', reference), expected, JSON.stringify(stamp))
})

test('what was assumed', () => {
  const resolver = createTimeResolver()
  const zone = createZone('Europe/Rome')
  const reference = Date.parse('2026-06-09T08:20:16Z')
  const assumed = (stamp: Stamp) => {
    const time = resolver(stamp, zone, reference)
    return [time?.assumedYear, time?.assumedZone]
  }
  assert.deepEqual(assumed(bsd('Jun  9 10:20:15')), [true, true])
  assert.deepEqual(assumed(bsd('Jun  9 10:20:15', 2026)), [false, true])
  assert.deepEqual(assumed(bsd('Jun  9 10:20:15', undefined, 'UTC')), [true, false])
  assert.deepEqual(assumed(bsd('Jun  9 10:20:15', undefined, 'XYZ')), [true, true])
  assert.deepEqual(assumed({ kind: 'local', text: '2026-06-09T10:20:15' }), [false, true])
  assert.deepEqual(assumed({ kind: 'zoned', text: '2026-06-09T10:20:15Z', normal: true }), [false, false])
})

test('ISO times', () => {
  const cases: [Stamp['kind'], string, string | undefined][] = [
    ['zoned', '2026-06-28T19:39:06.466+01:00', '2026-06-28T19:39:06.466+01:00'],
    ['zoned', '2026-01-27T14:12:23.9558Z', '2026-01-27T14:12:23.9558Z'],
    ['zoned', '2026-01-27T14:12:23Z', '2026-01-27T14:12:23Z'],
    ['zoned', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['zoned', '2026-01-27t14:12:23.9z', '2026-01-27T14:12:23.9Z'],
    ['zoned', '2026-01-27 14:12:23,250+0200', '2026-01-27T14:12:23.250+02:00'],
    ['zoned', '2026-01-27T14:12:23-05', '2026-01-27T14:12:23-05:00'],
    ['zoned', '2026-01-27T14:12:23-0030', '2026-01-27T14:12:23-00:30'],
    ['zoned', '2026-01-27T14:12:23-00:00', '2026-01-27T14:12:23-00:00'],
    ['zoned', '2016-12-31T23:59:60.123Z', '2016-12-31T23:59:59.123Z'],
    ['zoned', '2026-01-27T14:12:23.1234567890123Z', '2026-01-27T14:12:23.123456789Z'],
    ['zoned', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['zoned', '2023-02-29T00:00:00Z', undefined],
    ['zoned', '1900-02-29T00:00:00Z', undefined],
    ['zoned', '2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['zoned', '2100-02-29T00:00:00Z', undefined],
    ['zoned', '2026-13-01T00:00:00Z', undefined],
    ['zoned', '2026-00-01T00:00:00Z', undefined],
    ['zoned', '2026-01-00T00:00:00Z', undefined],
    ['zoned', '2026-01-27T24:00:00Z', undefined],
    ['zoned', '2026-01-27T14:12:23+24:00', undefined],
    ['zoned', '2026-01-27T14:12:23+18:01', undefined],
    ['zoned', '2026-01-27T14:12:23+02:60', undefined],
    ['zoned', '2026-01-27T14:12:23', undefined],
    ['zoned', '2026-01-27T14:12:23UTC', undefined],
    ['zoned', '2026-01-27T14:12:23Z ', undefined],
    ['zoned', '2026-01-27T14:12Z', undefined],
    ['zoned', '2026-01-27T14:12:23.Z', undefined],
    ['zoned', '', undefined],
    ['local', '2019-11-08T15:31:40', '2019-11-08T15:31:40+01:00'],
    ['local', '2019-11-08 15:31:40.5', '2019-11-08T15:31:40.5+01:00'],
    ['local', '2019-07-08T15:31:40', '2019-07-08T15:31:40+02:00'],
    ['local', '2019-11-08T15:31:40Z', undefined],
    ['local', '2019-11-31T15:31:40', undefined],
    ['local', '0099-11-08T15:31:40', '0099-11-08T15:31:40+00:50'],
  ]
  for (const [kind, text, expected] of cases) {
    assert.equal(resolve({ kind, text } as Stamp, 'Europe/Rome', '2026-06-09T08:20:16Z'), expected, text)
  }
})

test('a zoned stamp needs no zone, any other does', () => {
  const resolver = createTimeResolver()
  assert.equal(resolver({ kind: 'zoned', text: '2026-01-27T14:12:23Z', normal: true }, undefined, 0)?.text, '2026-01-27T14:12:23Z')
  assert.equal(resolver({ kind: 'local', text: '2026-01-27T14:12:23' }, undefined, 0), undefined)
  assert.equal(resolver(bsd('Jun  9 10:20:15'), undefined, 0), undefined)
  assert.equal(resolver(bsd('Jun  9 10:20:15', 2026, 'UTC'), undefined, 0)?.text, '2026-06-09T10:20:15Z')
})

test('any text whatever gives a time or none', () => {
  const resolver = createTimeResolver()
  const zone = createZone('Europe/Rome')
  const character = fc.constantFrom(...'0123456789:.-+TZ Jun')
  const kind = fc.constantFrom<Stamp['kind']>('zoned', 'local', 'bsd')
  const text = fc.string({ unit: character, maxLength: 30 })
  const reference = fc.oneof(fc.integer({ min: -1e14, max: 1e14 }), fc.constantFrom(Number.NaN, Infinity, -Infinity))
  fc.assert(
    fc.property(kind, text, fc.integer({ min: -1, max: 14 }), fc.option(text, { nil: undefined }), reference, (kind, text, month, suffix, reference) => {
      const stamp: Stamp = kind === 'bsd' ? { kind, text, month, year: undefined, zone: suffix } : kind === 'zoned' ? { kind, text, normal: false } : { kind, text }
      const time = resolver(stamp, zone, reference)
      if (time !== undefined) assert.ok(!Number.isNaN(Date.parse(time.text)) || !/^[12]/.test(time.text), time.text)
    }),
    { numRuns: 1000 },
  )
})

/** The rule in words, by Temporal: from next year downwards the first year in which the time exists and is not too late. */
function oracle(month: number, day: number, clock: string, zone: string, reference: number): number | undefined {
  const top = Temporal.Instant.fromEpochMilliseconds(reference).toZonedDateTimeISO('UTC').year + 1
  for (let year = top; year > top - 12; year--) {
    const last = Temporal.PlainYearMonth.from({ year, month }).daysInMonth
    if (day > last) continue
    const plain = Temporal.PlainDateTime.from(`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T${clock}`)
    const instant = plain.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
    if (instant <= reference + DAY) return instant
  }
  return undefined
}

for (const name of ['UTC', 'Europe/Rome', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/St_Johns']) {
  test(`${name}: the year is that of the rule, with one resolver for all lines`, () => {
    const resolver = createTimeResolver()
    const zone = createZone(name)
    const two = (n: number) => String(n).padStart(2, '0')
    const reference = fc.oneof(
      fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2037, 0, 1) }),
      // Near a New Year, and near a leap day.
      fc.tuple(fc.integer({ min: 1995, max: 2030 }), fc.integer({ min: -3 * DAY, max: 3 * DAY })).map(([year, ms]) => Date.UTC(year, 0, 1) + ms),
      fc.tuple(fc.integer({ min: 1995, max: 2030 }), fc.integer({ min: -3 * DAY, max: 3 * DAY })).map(([year, ms]) => Date.UTC(year, 1, 29) + ms),
    )
    const near = fc.constantFrom<[number, number]>([12, 30], [12, 31], [1, 1], [1, 2], [2, 28], [2, 29], [3, 1], [6, 9], [2, 30], [10, 25])
    // Each stamp is asked for several references, nearby ones included: what is remembered must not leak.
    const drift = fc.integer({ min: -2 * DAY, max: 2 * DAY })
    fc.assert(
      fc.property(near, fc.nat(23), fc.nat(59), reference, fc.array(drift, { maxLength: 4 }), ([month, day], hour, minute, at, drifts) => {
        const clock = `${two(hour)}:${two(minute)}:07`
        const stamp = bsd(`${MONTHS[month - 1]} ${String(day).padStart(2)} ${clock}`)
        for (const moment of [at, ...drifts.map((ms) => at + ms), at]) {
          const text = resolver(stamp, zone, moment)?.text
          assert.equal(text === undefined ? undefined : Date.parse(text), oracle(month, day, clock, name, moment), `${text} at ${new Date(moment).toISOString()}`)
        }
      }),
      { numRuns: 300 },
    )
  })
}

test('receive times', () => {
  for (const [ms, text] of [
    [0, '1970-01-01T00:00:00.000Z'],
    [1_781_000_415_007, '2026-06-09T10:20:15.007Z'],
    [1_781_000_415_007, '2026-06-09T10:20:15.007Z'],
    [1_781_000_415_999.7, '2026-06-09T10:20:15.999Z'],
    [1_781_000_416_000, '2026-06-09T10:20:16.000Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
  ] as const) {
    assert.equal(formatIso(ms), text)
  }
})

test('a time that its shape shows to be ready is read as any other', () => {
  const two = (max: number): fc.Arbitrary<string> => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'))
  const offset = fc.oneof(fc.constantFrom('Z', 'z', '+0200', '-00:00', '+18:00', '+18:01', '-23:59'), fc.tuple(fc.constantFrom('+', '-'), two(19), two(61)).map(([sign, hour, minute]) => `${sign}${hour}:${minute}`))
  const fraction = fc.oneof(fc.constant(''), fc.nat().map((digits) => `.${digits}`), fc.constant('.1234567891'))
  const text = fc
    .tuple(fc.integer({ min: 1999, max: 2029 }), two(13), two(32), fc.constantFrom('T', 't', ' '), two(24), two(60), two(61), fraction, offset)
    .map(([year, month, day, t, hour, minute, second, part, zone]) => `${year}-${month}-${day}${t}${hour}:${minute}:${second}${part}${zone}`)
  let normal = 0
  fc.assert(
    fc.property(text, (text) => {
      const stamp = readStamp(`<14>1 ${text} host`, 6)?.stamp
      assert.equal(stamp?.text, text)
      if (stamp?.kind !== 'zoned' || !stamp.normal) return
      normal++
      const resolve = createTimeResolver()
      assert.deepEqual(resolve(stamp, undefined, 0), resolve({ ...stamp, normal: false }, undefined, 0))
    }),
    { numRuns: 5000 },
  )
  assert.ok(normal > 200, String(normal))
})
