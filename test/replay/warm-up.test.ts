import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BEGINNING, type Position } from '../../src/replay/position.ts'
import type { FileTask, Production } from '../../src/replay/batch.ts'
import { produce } from '../../src/replay/producer.ts'
import { createProduction } from '../../src/replay/production.ts'
import { WARM_UP_LINES, warmUpStart } from '../../src/replay/warm-up.ts'
import { temporaryDirectory, write } from './support.ts'

const LINES = 40_000
const marked = (number: number, text: string): string =>
  `{"rcv":"2026-10-01T00:00:00.${String(number).padStart(6, '0')}Z","ip":"192.0.2.1","host":"nas","pri":30,"raw":"${text}"}`

const files: readonly (readonly [title: string, textOf: (number: number) => string])[] = [
  ['lines that differ', (number) => `line ${number}`],
  ['pairs of equal lines', (number) => `line ${Math.floor(number / 2)}`],
  ['one line that comes again and again from the beginning', (number) => (number % 100 === 0 ? 'again' : `line ${number}`)],
  ['one line only', () => 'same'],
  ['a run that began before the warm-up', (number) => (number > 5000 && number < 30_000 && number % 3000 === 0 ? 'again' : `line ${number}`)],
  ['lines that rsyslog marked', (number) => marked(number, 'same')],
  ['marked and unmarked lines', (number) => (number % 3 === 0 ? 'same' : marked(number, 'same'))],
]

async function idsFrom(task: FileTask, production: Production): Promise<{ ids: string[]; positions: { at: number; position: Position }[] }> {
  const ids: string[] = []
  const positions: { at: number; position: Position }[] = []
  for await (const batch of produce(task, production)) {
    assert.equal(batch.fault, undefined)
    ids.push(...batch.parcels.map(({ id }) => id))
    positions.push({ at: ids.length, position: batch.position })
  }
  return { ids, positions }
}

for (const [title, textOf] of files) {
  for (const ending of ['', '.gz']) {
    test(`resumed anywhere, the ids are the same: ${title}${ending}`, async (context) => {
      const text = Array.from({ length: LINES }, (_, number) => `${textOf(number)}\n`).join('')
      const path = write(join(temporaryDirectory(context), `a.log${ending}`), text)
      const { dev, ino } = statSync(path)
      const spec = { given: { fields: 'event.id' }, env: {}, localZone: 'UTC', selection: { since: undefined, until: undefined, host: undefined, where: undefined }, destination: undefined, deadLetters: false }
      const production = await createProduction({ ...spec, shape: 'parcels', limits: { records: 777, bytes: Infinity }, longest: Infinity }, () => 0)
      const task: FileTask = { index: 0, path, name: 'a', device: dev, inode: ino, reference: 0, firstYear: undefined, start: BEGINNING }
      const { ids, positions } = await idsFrom(task, production)
      assert.equal(ids.length, LINES)
      for (const { at, position } of positions.filter((_, index) => index % 17 === 4)) {
        assert.equal(position.line, at)
        const resumed = await idsFrom({ ...task, start: position }, production)
        assert.deepEqual(resumed.ids, ids.slice(at))
      }
    })
  }
}

test('counting begins at the last place that no run crosses', () => {
  const lines = Array.from({ length: WARM_UP_LINES }, (_, number) => `line ${number}`)
  assert.equal(warmUpStart(lines), WARM_UP_LINES - 4096)
  assert.equal(warmUpStart(lines.slice(0, 8191)), undefined)
  // Two equal lines around that place.
  lines[8200] = lines[8000] as string
  assert.equal(warmUpStart(lines), 8000)
  lines[8001] = lines[4100] as string
  assert.equal(warmUpStart(lines), 4100)
})
