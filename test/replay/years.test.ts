import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSurveyor, monthDayOf, planYears, YearCounter, type DatedFile, type MonthDay, type YearPlan } from '../../src/replay/years.ts'
import { line, stamp } from './support.ts'

const DAY = 86_400_000
const at = (text: string): number => Date.parse(`${text}Z`)

test('a date without year is found behind PRI, and nowhere else', () => {
  const cases: readonly (readonly [string, MonthDay | undefined])[] = [
    ['Dec 31 23:59:59 nas x', 12 * 32 + 31],
    ['<30>Jan  1 00:00:00 nas x', 32 + 1],
    ['<30> Jan 1 00:00:00 nas x', 32 + 1],
    ['Feb 29 12:00:00', 2 * 32 + 29],
    ['Feb 30 12:00:00', undefined],
    ['Dec 00 12:00:00', undefined],
    ['Jun  9 2026 10:20:15 nas x', undefined],
    ['Jan', undefined],
    ['', undefined],
    ['<30>', undefined],
    ['<30>1 2026-06-09T10:20:15Z nas x', undefined],
    ['2026-06-09T10:20:15Z nas x', undefined],
    ['<99999>Jan  1 00:00:00 nas x', undefined],
    ['anF 12 10:20:15', undefined],
  ]
  for (const [text, expected] of cases) assert.equal(monthDayOf(text), expected, text)
})

/** A file in memory: when its lines were written, and when it was changed last. */
interface Memory {
  readonly path?: string
  readonly times: readonly number[]
  readonly changed: number
}

async function yearsOf(files: readonly Memory[], options: { now?: number; year?: number } = {}): Promise<{ years: number[][]; surveyed: number; plans: YearPlan[] }> {
  let surveyed = 0
  const dates = files.map(({ times }) => times.map((time) => monthDayOf(stamp(time)) as MonthDay))
  const dated = files.map(({ path, changed }, index): DatedFile => ({
    path: path ?? `nas.log.${files.length - index}`,
    changed,
    head: async () => dates[index]?.[0],
    async survey() {
      surveyed++
      const surveyor = createSurveyor()
      for (const date of dates[index] ?? []) surveyor.add(date)
      return surveyor.survey
    },
  }))
  const plans = await planYears(dated, options.now ?? Date.UTC(2030, 0, 1), options.year)
  const years = plans.map(({ firstYear }, index) => {
    const counter = new YearCounter(firstYear ?? Number.NaN)
    return (dates[index] ?? []).map((date) => counter.next(date))
  })
  return { years, surveyed, plans }
}

const yearOf = (time: number): number => new Date(time).getUTCFullYear()

const cases: readonly (readonly [title: string, files: readonly Memory[], options?: { now?: number; year?: number }])[] = [
  ['New Year in a file', [{ times: [at('2025-12-31T23:59:59'), at('2026-01-01T00:00:00')], changed: at('2026-01-01T00:00:01') }]],
  [
    'New Year between two files',
    [
      { times: [at('2025-12-30T10:00:00'), at('2025-12-31T23:59:59')], changed: at('2025-12-31T23:59:59') },
      { times: [at('2026-01-01T00:00:00'), at('2026-01-03T00:00:00')], changed: at('2026-01-03T00:00:00') },
    ],
  ],
  [
    'copied without their times',
    [
      { times: [at('2025-12-01T10:00:00'), at('2025-12-20T10:00:00')], changed: at('2026-08-01T00:00:00') },
      { times: [at('2025-12-20T10:00:00'), at('2026-01-20T10:00:00')], changed: at('2026-08-01T00:00:00') },
      { times: [at('2026-01-20T10:00:00'), at('2026-02-20T10:00:00')], changed: at('2026-08-01T00:00:00') },
    ],
  ],
  [
    'more than a year in a file, sparse',
    [{ times: ['2023-12-30', '2024-01-02', '2024-02-29', '2024-06-05', '2024-12-31', '2025-01-01', '2025-09-01', '2026-03-03'].map((day) => at(`${day}T10:00:00`)), changed: at('2026-03-04T00:00:00') }],
  ],
  [
    'a whole year between two files of a series without lines at New Year',
    [
      { times: [at('2023-11-10T10:00:00'), at('2024-02-10T10:00:00')], changed: at('2024-02-10T10:00:00') },
      { times: [at('2024-11-10T10:00:00'), at('2025-02-10T10:00:00')], changed: at('2025-02-10T10:00:00') },
    ],
  ],
  ['two clocks around New Year', [{ times: ['2025-12-31T23:59:58', '2026-01-01T00:00:01', '2025-12-31T23:59:59', '2026-01-01T00:00:02', '2025-12-30T00:00:00', '2026-01-01T00:00:03'].map(at), changed: at('2026-01-01T00:00:03') }]],
  ['a device a day ahead', [{ times: [at('2026-01-01T20:00:00')], changed: at('2025-12-31T21:00:00') }]],
  ['29 February tells the year of a copy', [{ times: [at('2024-02-28T10:00:00'), at('2024-02-29T10:00:00'), at('2024-03-01T10:00:00')], changed: at('2026-06-01T00:00:00') }]],
  ['29 February a year before the last line', [{ times: [at('2024-02-29T10:00:00'), at('2024-10-01T10:00:00'), at('2025-02-01T10:00:00')], changed: at('2026-06-01T00:00:00') }]],
  ['the date in the name counts, not the copy', [{ path: 'nas.log-20240105.gz', times: [at('2023-12-30T10:00:00'), at('2024-01-04T10:00:00')], changed: at('2026-11-01T00:00:00') }]],
  ['a time of change in 1970 is none', [{ times: [at('2026-03-03T10:00:00')], changed: 0 }], { now: at('2026-11-20T10:00:00') }],
  ['--year is that of the last line', [{ times: [at('2018-12-31T10:00:00'), at('2019-01-01T10:00:00')], changed: at('2026-11-01T00:00:00') }], { year: 2019 }],
  [
    '--year over a series',
    [
      { times: [at('2017-11-10T10:00:00'), at('2018-02-10T10:00:00')], changed: at('2026-11-01T00:00:00') },
      { times: [at('2018-02-10T10:00:00'), at('2018-09-10T10:00:00'), at('2018-12-31T23:00:00')], changed: at('2026-11-01T00:00:00') },
      { times: [at('2019-01-01T00:00:00'), at('2019-06-01T00:00:00'), at('2019-12-31T23:59:59')], changed: at('2026-11-01T00:00:00') },
    ],
    { year: 2019 },
  ],
]

for (const [title, files, options] of cases) {
  test(`years: ${title}`, async () => {
    assert.deepEqual((await yearsOf(files, options)).years, files.map(({ times }) => times.map(yearOf)))
  })
}

test('a clock that begins at 1 January after a restart does not make years', () => {
  const counter = new YearCounter(2026)
  const dates = ['Jun 10', 'Jan  1', 'Jan  1', 'Jun 10', 'Jun 11'].map((day) => monthDayOf(`${day} 10:00:00 nas x`) as MonthDay)
  assert.deepEqual(dates.map((date) => counter.next(date)), [2026, 2026, 2026, 2026, 2026])
})

test('a counter goes on from where it was', () => {
  const counter = new YearCounter(2025, 12 * 32 + 31)
  assert.equal(counter.next(32 + 1), 2026)
})

test('files whose times of change bound them are not read twice', async () => {
  const week = (number: number): number[] => Array.from({ length: 7 }, (_, day) => at('2025-11-03T10:00:00') + (number * 7 + day) * DAY)
  const files = Array.from({ length: 10 }, (_, number) => ({ times: week(number), changed: (week(number).at(-1) as number) + 1000 }))
  const { years, surveyed } = await yearsOf(files)
  assert.deepEqual(years, files.map(({ times }) => times.map(yearOf)))
  assert.equal(surveyed, 1)
})

/** Times of a log: on by up to 80 days, by clocks that differ by up to two. */
const log = fc
  .tuple(
    fc.integer({ min: at('2015-01-01T00:00:00') / 1000, max: at('2026-01-01T00:00:00') / 1000 }),
    fc.array(
      fc.tuple(
        fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 5 * 86_400 }) }, fc.integer({ min: 0, max: 80 * 86_400 })),
        fc.integer({ min: -2 * 86_400, max: 0 }),
      ),
      { minLength: 1, maxLength: 60 },
    ),
    fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
  )
  .map(([start, steps, sizes]) => {
    let time = start * 1000
    const times = steps.map(([step, clock]) => (time += step * 1000) + clock * 1000)
    const files: number[][] = []
    for (let from = 0, index = 0; from < times.length; index++) {
      const size = sizes[index % sizes.length] as number
      files.push(times.slice(from, from + size))
      from += size
    }
    return files
  })

test('any series: true times of change, a copy up to ten months later, --year', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.integer({ min: 0, max: 300 }), async (files, later) => {
      const expected = files.map((times) => times.map(yearOf))
      const last = Math.max(...files.flat())
      let latest = 0
      const kept = files.map((times) => ({ times, changed: (latest = Math.max(latest, ...times)) }))
      assert.deepEqual((await yearsOf(kept)).years, expected)
      assert.deepEqual((await yearsOf(files.map((times) => ({ times, changed: last + later * DAY })))).years, expected)
      assert.deepEqual((await yearsOf(files.map((times) => ({ times, changed: 0 })), { year: yearOf(Math.max(...(files.at(-1) ?? []))) })).years, expected)
    }),
    { numRuns: 1000 },
  )
})

test('whole lines: stamps of the generator are read as they were meant', () => {
  assert.equal(monthDayOf(line(at('2024-02-29T01:02:03'), 'x')), 2 * 32 + 29)
})
