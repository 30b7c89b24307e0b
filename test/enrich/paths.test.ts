import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connLine, qumuloLine, recordsOf } from './support.ts'

const YAML = `
paths:
  entries:
    - {path: FINANCE, sensitivity: high}
    - {path: /finance/public/, share: Finance public}
    - {path: /data/hr, share: HR, sensitivity: secret}
`
const cases: readonly (readonly [line: string, share?: string | undefined, sensitivity?: string | undefined, hidden?: boolean | undefined, kind?: string | undefined])[] = [
  [connLine({ path: 'FINANCE/a.docx' }), 'FINANCE', 'high'],
  [connLine({ path: 'Finance/b/~$a.docx' }), 'Finance', 'high', undefined, 'lock'],
  [connLine({ path: 'FINANCES/a.docx' }), 'FINANCES'],
  [connLine({ path: 'FINANCE/Public/x/y.txt' }), 'Finance public'],
  [connLine({ path: '[File Station] /Public/.x/a' , service: 'HTTPS' }), 'Public', undefined, true],
  [connLine({ path: 'Public/.~lock.a.odt#' }), 'Public', undefined, true, 'lock'],
  [connLine({ path: 'Public/@Recycle/a.txt' }), 'Public', undefined, undefined, 'recycle_bin'],
  [connLine({ path: 'Public/.@__thumb/a.jpg' }), 'Public', undefined, true, 'thumbnail'],
  [connLine({ path: 'Public/~WRD0001.tmp' }), 'Public', undefined, undefined, 'temporary'],
  [connLine({ path: 'Public/8F3A1C00' }), 'Public', undefined, undefined, 'temporary'],
  [connLine({ path: 'Public/Thumbs.db' }), 'Public', undefined, undefined, 'system'],
  [connLine({ path: 'Public/._a.txt' }), 'Public', undefined, true, 'system'],
  [connLine({ path: 'Public/tmp.docx' }), 'Public'],
  [connLine({ path: 'Public/A.TMP' }), 'Public', undefined, undefined, 'temporary'],
  [connLine({ path: 'Public/a.txt~' }), 'Public', undefined, undefined, 'temporary'],
  [connLine({ path: 'Public/db.laccdb' }), 'Public', undefined, undefined, 'lock'],
  [connLine({ path: 'Public/constructor' }), 'Public'],
  [connLine({ path: 'Public/tmp' }), 'Public'],
  [qumuloLine({ path: '/data/hr/a.txt' }), 'HR', 'secret'],
  [qumuloLine({ path: '/data/hr/' }), 'HR', 'secret'],
  [qumuloLine({ path: '/data/hrx/a.txt' })],
  [qumuloLine({ path: '/data/.snapshot/1_x/a.txt' }), undefined, undefined, true, 'snapshot'],
  [qumuloLine({ path: '/data/.snapshot' }), undefined, undefined, true, 'snapshot'],
  [qumuloLine({ path: '/data/hr' }), 'HR', 'secret'],
  [qumuloLine({ path: '/data/hr/x/.y' }), 'HR', 'secret', true],
  [qumuloLine({ path: '/data/hr/x/y' }), 'HR', 'secret'],
  [qumuloLine({ path: '/data/a.docx:Zone.Identifier:$DATA' }), undefined, undefined, undefined, 'stream'],
  [connLine({ path: 'FINANCE' }), 'FINANCE', 'high'],
  [connLine({ path: 'finance/Public' }), 'Finance public'],
  [connLine({ path: 'finance/Public2' }), 'finance', 'high'],
  [qumuloLine({ path: '/' })],
]

for (const [line, share, sensitivity, hidden, kind] of cases) {
  test(`path of ${line.slice(-60)}`, async () => {
    const [record] = await recordsOf(YAML, [line])
    assert.ok(record?.['file.path'])
    assert.deepEqual(
      ['share', 'sensitivity', 'hidden', 'kind'].map((name) => record[`naslog.file.${name}`]),
      [share, sensitivity, hidden, kind],
    )
  })
}

test('the root holds every path', async () => {
  const [record] = await recordsOf('paths: {entries: [{path: /, share: all}]}\n', [qumuloLine()])
  assert.equal(record?.['naslog.file.share'], 'all')
})

test('a hostile path is no burden', async () => {
  const [record] = await recordsOf(YAML, [qumuloLine({ path: '/'.repeat(500_000) })])
  assert.equal(record?.['naslog.file.share'], undefined)
})
