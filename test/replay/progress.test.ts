import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress, renderBar, renderLine, type ProgressState } from '../../src/replay/progress.ts'
import { Writable } from 'node:stream'

const state: ProgressState = {
  phase: undefined, total: 3 * 1024 ** 3, done: 1.35 * 1024 ** 3, lines: 4_500_000, rate: 182_400, left: 31.6, problems: 3, file: '/var/log/nas/qnap.log-20260609.gz',
}

const bars: readonly (readonly [title: string, width: number, state: Partial<ProgressState>, expected: string])[] = [
  ['wide', 110, {}, ' 45%  [#########...........]  1.4 GiB of 3.0 GiB  182k lines/s  0:32 left  3 problems  ../qnap.log-20260609.gz'],
  ['80 columns', 79, {}, ' 45%  [#####.....]  182k lines/s  0:32 left  3 problems  ..qnap.log-20260609.gz'],
  ['80 columns, no problems', 79, { problems: 0 }, ' 45%  [#####.....]  1.4 GiB of 3.0 GiB  182k lines/s  0:32 left  ..-20260609.gz'],
  ['40 columns', 39, {}, ' 45%  182k lines/s  ..p.log-20260609.gz'],
  ['30 columns', 29, { file: 'a.log', problems: 0 }, ' 45%  182k lines/s  a.log'],
  ['20 columns', 19, {}, ' 45%  ..20260609.gz'],
  ['4 columns', 4, { file: '' }, ' 45%'],
  ['no columns', 1, {}, ''],
  ['a pipe', 60, { total: 0, left: undefined, problems: 0, file: 'standard input' }, '1.4 GiB  182k lines/s  standard input'],
  ['looking', 79, { phase: 'looking at dates', left: undefined, problems: 0, file: '' }, ' 45%  [#########...........]  1.4 GiB of 3.0 GiB  looking at dates'],
  ['a short name', 79, { file: 'a.log', problems: 1 }, ' 45%  [#####.....]  182k lines/s  0:32 left  1 problem  a.log'],
  ['wide letters', 60, { file: '/log/设计部门的存储设备.log', problems: 0 }, ' 45%  [#####.....]  182k lines/s  0:32 left  ..存储设备.log'],
  ['hours', 79, { left: 4 * 3600 + 62, file: '', problems: 0, rate: 950 }, ' 45%  [#########...........]  1.4 GiB of 3.0 GiB  950 lines/s  4:01:02 left'],
  ['more than there was', 40, { done: 4 * 1024 ** 3, left: 0, file: '', problems: 0 }, '100%  182k lines/s  0:00 left'],
]

for (const [title, width, changed, expected] of bars) {
  test(`bar: ${title}`, () => {
    const bar = renderBar({ ...state, ...changed }, width)
    assert.equal(bar, expected)
    assert.ok([...bar].length <= width)
  })
}

test('a line for a log', () => {
  assert.equal(renderLine(state), '45%, 1.4 GiB of 3.0 GiB, 4,500,000 lines, 182,400 lines/s, 31 s left, 3 problems, /var/log/nas/qnap.log-20260609.gz')
})

test('what is said between clears the bar, and so does the end', () => {
  let written = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk)
      done()
    },
  })
  const progress = createProgress({ stream, total: 10, shown: false, bar: true, now: () => 0 })
  progress.say('something\n')
  progress.end()
  assert.equal(written, 'something\n')
})
