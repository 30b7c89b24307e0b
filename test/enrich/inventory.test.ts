import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connLine, qumuloLine, recordsOf, write } from './support.ts'

const YAML = `
- match: [nas-rome-*, 192.0.2.17]
  name: Rome 1
  vendor: QNAP Systems
  model: TS-464C
  site: Roma è
  zone: Asia/Tokyo
  environment: production
  owner: storage
  tags: [critical, eu]
- match: nas-*
  site: elsewhere
- cluster: groot
  site: Seattle
  tags: qumulo
`
const CSV = `match,cluster,name,vendor,model,site,zone,environment,owner,tags
nas-rome-*;192.0.2.17,,Rome 1,QNAP Systems,TS-464C,Roma è,Asia/Tokyo,production,storage,critical eu
nas-*,,,,,elsewhere
# a comment
,groot,,,,Seattle,,,,qumulo
`

const relayed = (host: string, sender: string): string =>
  `{"rcv":"2026-01-27T14:12:23.999+00:00","ip":"${sender}","raw":"Jun  9 10:20:15 ${host} qulogd[1]: conn log: Users: a, Source IP: 10.0.0.1, Computer name: ---, Connection type: SAMBA, Accessed resources: x/y, Action: Read"}`

for (const [form, content] of [['devices.yaml', YAML], ['devices.csv', CSV]] as const) {
  test(`inventory ${form}: by name, by address, by cluster; the first row counts; others are marked`, async () => {
    const file = write(form, content)
    const [rome, byAddress, other, node, unknown, bare] = await recordsOf(`inventory: {file: ${file}}\n`, [
      connLine({ host: 'NAS-ROME-1' }),
      relayed('relay', '192.0.2.17'),
      connLine({ host: 'nas-x' }),
      qumuloLine({ host: 'groot-12' }),
      qumuloLine({ host: 'grooty-1' }),
      'nothing known',
    ])
    for (const record of [rome, byAddress]) {
      assert.equal(record?.['observer.name'], 'Rome 1')
      assert.equal(record?.['observer.vendor'], 'QNAP Systems')
      assert.equal(record?.['observer.product'], 'NAS')
      assert.equal(record?.['device.model.name'], 'TS-464C')
      assert.equal(record?.['observer.geo.name'], 'Roma è')
      assert.equal(record?.['labels.site'], 'Roma è')
      assert.equal(record?.['labels.environment'], 'production')
      assert.equal(record?.['labels.owner'], 'storage')
      assert.ok(['critical', 'eu'].every((tag) => (record?.['tags'] as string[]).includes(tag)))
      assert.equal(record?.['event.timezone'], 'Asia/Tokyo')
    }
    assert.equal(rome?.['@timestamp'], '2026-06-09T10:20:15+09:00')
    assert.equal(other?.['labels.site'], 'elsewhere')
    assert.equal(other?.['event.timezone'], 'Europe/Rome')
    assert.equal(node?.['labels.site'], 'Seattle')
    assert.deepEqual(node?.['tags'], ['qumulo'])
    assert.ok((unknown?.['tags'] as string[]).includes('unknown_device'))
    assert.ok((bare?.['tags'] as string[]).includes('unknown_device'))
    assert.equal((rome?.['tags'] as string[]).includes('unknown_device'), false)
  })
}

test('entries of the configuration go before those of the file', async () => {
  const file = write('more.yaml', '- {match: "*", site: file}\n')
  const [a, b] = await recordsOf(`inventory: {file: ${file}, entries: [{match: nas1, site: here}]}\n`, [connLine(), connLine({ host: 'x' })])
  assert.equal(a?.['labels.site'], 'here')
  assert.equal(b?.['labels.site'], 'file')
})
