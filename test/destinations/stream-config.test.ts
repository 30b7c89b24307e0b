import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { destinations } from '../../src/config/destinations/index.ts'
import { complaints } from '../../src/config/validate.ts'
import { createRecordEncoder } from '../../src/destinations/encoder.ts'
import { createDestination } from '../../src/destinations/index.ts'
import { F } from '../../src/fields/index.ts'
import { toBytes, fromBytes } from '../../src/lib/bytes.ts'
import { temporaryFolder } from '../rsyslog/support.ts'
import { reception, testPipeline } from '../support/pipeline.ts'
import { waitForLines } from '../support/lines.ts'
import { freePort, skipWithoutRsyslogd, startRsyslogd } from '../support/rsyslogd.ts'
import { never } from './parcels.ts'

const tellsOf = (keys: object): string => complaints(destinations, [{ name: 'siem', ...keys }], (path) => path.join('.')).map(({ where, text }) => `${where}: ${text}`).join('\n')

const wrong: readonly (readonly [keys: object, message: RegExp])[] = [
  [{ type: 'syslog', port: 514 }, /host: expected the name or address of a host, found nothing/],
  [{ type: 'syslog', host: 'a b', port: 514 }, /host: expected the name or address/],
  [{ type: 'relp', host: 'a', port: 70_000 }, /port: expected a port from 1 to 65535, found 70000/],
  [{ type: 'syslog', host: 'a', port: 1, tls: { cert: '/c' } }, /tls: expected `cert:` and `key:` together/],
  [{ type: 'syslog', host: 'a', port: 1, tls: { verify: false } }, /unknown key/],
  [{ type: 'syslog', host: 'a', port: 1, format: 'leef' }, /format: expected ecs, flat, structured-data or cef/],
  [{ type: 'syslog', host: 'a', port: 1, app_name: 'a b' }, /app_name: expected a name of at most 48/],
  [{ type: 'relp', host: 'a', port: 1, framing: 'newline' }, /unknown key/],
  [{ type: 'relp', host: 'a', port: 1, window: 0 }, /window: expected a whole number from 1 to 1000/],
]
for (const [keys, message] of wrong) test(`refuses ${JSON.stringify(keys)}`, () => assert.match(tellsOf(keys), message))

test('takes TLS with nothing said, and addresses of IPv6', () => {
  const [settings] = destinations.parse([{ name: 'siem', type: 'syslog', host: '2001:db8::1', port: 6514, tls: {} }])
  assert.ok(settings?.type === 'syslog' && settings.tls !== undefined)
})

const LINE = '<14>1 2021-05-18T00:50:00.005732Z qumulo-1 qumulo - - - 192.168.240.129,"zoë",nfs3,fs_delete,ok,12,"/Demo/a ""b"" ].txt",""'

test('a line of a device reaches a real rsyslogd in every format, over syslog and RELP', { skip: skipWithoutRsyslogd, timeout: 60_000 }, async (t) => {
  const dir = temporaryFolder(t)
  const [tcp, relp] = [await freePort(), await freePort()]
  const file = join(dir, 'received')
  const config = `global(parser.escapeControlCharactersOnReceive="off")
module(load="imtcp")
module(load="imrelp")
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="all" queue.type="direct") { action(type="omfile" file="${file}" template="raw") }
input(type="imtcp" address="127.0.0.1" port="${tcp}" ruleset="all")
input(type="imrelp" address="127.0.0.1" port="${relp}" ruleset="all")
`
  const rsyslogd = await startRsyslogd({ config, dir, readyPort: tcp })
  t.after(() => rsyslogd.stop('KILL'))
  const event = testPipeline()(toBytes(LINE), reception)
  const head = '<14>1 2021-05-18T00:50:00.005732Z qumulo-1 qumulo - qumulo.audit '
  const beginnings = {
    ecs: `${head}- {"@timestamp":"2021-05-18T00:50:00.005732Z",`,
    flat: `${head}- {"@timestamp":"2021-05-18T00:50:00.005732Z",`,
    'structured-data': `${head}[naslog@32473 timestamp="2021-05-18T00:50:00.005732Z" `,
    cef: `${head}- CEF:0|`,
  }
  const sent: string[] = []
  for (const [type, port] of [['syslog', tcp], ['relp', relp]] as const) {
    for (const [format, beginning] of Object.entries(beginnings)) {
      const [settings] = destinations.parse([{ name: 'siem', type, host: '127.0.0.1', port, format }])
      const record = createRecordEncoder(settings!, { format: 'ecs', fields: undefined })(event)
      assert.ok(record.startsWith(beginning), record)
      assert.ok(fromBytes(record).includes('zoë'))
      const destination = await createDestination(settings!, { sync: false, env: {} })
      t.after(() => destination.close())
      await destination.open()
      const delivery = await destination.deliver([{ record, id: event.get(F['event.id']) ?? '', line: LINE, reception }], never)
      assert.deepEqual(delivery, { kind: 'delivered', count: 1, rejected: [] })
      sent.push(record)
      assert.deepEqual(await waitForLines(file, sent.length), sent)
    }
  }
})
