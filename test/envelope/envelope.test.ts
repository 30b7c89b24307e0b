import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Envelope } from '../../src/envelope/envelope.ts'
import { readEnvelope } from '../../src/envelope/index.ts'
import { toBytes } from '../../src/lib/bytes.ts'

const CONN = 'conn log: Users: bob, Source IP: 10.0.0.1, Computer name: ---, Connection type: HTTP, Accessed resources: ---, Action: Logout'
const CSV = '10.220.151.129,"admin",smb2,fs_create_file,ok,140624751830626345080086044861,"/data/file.txt",""'
const JSON_BODY = '{"user_ip": "203.0.113.0", "protocol": "api", "operation": "rest_login", "status": "ok", "details": {}}'
const ISO = '2026-01-27T14:12:23.9558Z'
const zoned = { kind: 'zoned', text: ISO, normal: true }
const MONTHS: Record<string, number> = { Mar: 3, May: 5, Jun: 6, Jul: 7 }
const bsd = (text: string, year?: number, zone?: string) => ({ kind: 'bsd', text, month: MONTHS[text.slice(0, 3)], year, zone })

/** Line, and what its envelope must have; what is not named must be absent, but for the body of a bare line. */
const cases: readonly (readonly [name: string, line: string, expected: Partial<Envelope>])[] = [
  ['RFC 5424', `<14>1 ${ISO} cs-fil-q-k144-1 qumulo - - - ${CSV}`,
    { form: 'rfc5424', priority: 14, version: '1', stamp: zoned as never, hostname: 'cs-fil-q-k144-1', appname: 'qumulo', body: CSV }],
  ['RFC 5424, all nil', '<14>1 - - - - - - text', { form: 'rfc5424', priority: 14, version: '1', body: 'text' }],
  ['RFC 5424, no message', '<14>1 - host app 12 ID1 -', { form: 'rfc5424', priority: 14, version: '1', hostname: 'host', appname: 'app', procid: '12', msgid: 'ID1', body: '' }],
  ['RFC 5424, BOM', `<14>1 ${ISO} h app - - - \u{feff}text`, { form: 'rfc5424', priority: 14, version: '1', stamp: zoned as never, hostname: 'h', appname: 'app', body: 'text' }],
  ['RFC 5424 without PRI', `1 ${ISO} h app - - - text`, { form: 'rfc5424', version: '1', stamp: zoned as never, hostname: 'h', appname: 'app', body: 'text' }],
  ['QNAP: APP-NAME with a colon', `<30>1 ${ISO} nas qulogd: 19683 - - Administration`,
    { form: 'rfc5424', priority: 30, version: '1', stamp: zoned as never, hostname: 'nas', appname: 'qulogd', procid: '19683', body: 'Administration' }],
  ['RFC 3164', `<30>Jul 15 18:03:54 NAS qulogd[13241]: ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54') as never, hostname: 'NAS', appname: 'qulogd', procid: '13241', body: CONN }],
  ['RFC 3164 without PRI', `Jun  9 10:20:15 PROD-SERVER qulogd[29981]: ${CONN}`,
    { form: 'rfc3164', stamp: bsd('Jun  9 10:20:15') as never, hostname: 'PROD-SERVER', appname: 'qulogd', procid: '29981', body: CONN }],
  ['RFC 3164, one blank before the day', `Jun 9 10:20:15 NAS qlogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: bsd('Jun 9 10:20:15') as never, hostname: 'NAS', appname: 'qlogd', procid: '1', body: CONN }],
  ['RFC 3164 without tag', `<30>Jul 15 18:03:54 NAS ${CONN}`, { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54') as never, hostname: 'NAS', body: CONN }],
  ['RFC 3164 without host', `<30>Jul 15 18:03:54 qulogd[13241]: ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54') as never, appname: 'qulogd', procid: '13241', body: CONN }],
  ['RFC 3164, neither host nor tag', `<30>Jul 15 18:03:54 ${CONN}`, { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54') as never, body: CONN }],
  ['host is an address', `Jul 15 18:03:54 192.168.1.5 qulogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54') as never, hostname: '192.168.1.5', appname: 'qulogd', procid: '1', body: CONN }],
  ['host is an IPv6 address', `Jul 15 18:03:54 fe80::1 qulogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54') as never, hostname: 'fe80::1', appname: 'qulogd', procid: '1', body: CONN }],
  ['zone abbreviation behind the stamp', `<30>Jul 15 18:03:54 CEST NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54', undefined, '+02:00') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['offset behind the stamp', 'Jul 15 18:03:54.250+0200 NAS app: x',
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54.250', undefined, '+0200') as never, hostname: 'NAS', appname: 'app', body: 'x' }],
  ['offset as a word of its own', 'Jul 15 18:03:54 -05:00 NAS app: x',
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54', undefined, '-05:00') as never, hostname: 'NAS', appname: 'app', body: 'x' }],
  ['year before the clock', 'Jul 15 2024 18:03:54 NAS app: x', { form: 'rfc3164', stamp: bsd('Jul 15 2024 18:03:54', 2024) as never, hostname: 'NAS', appname: 'app', body: 'x' }],
  ['year behind the clock', 'Jul 15 18:03:54 2024 NAS app: x', { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54', 2024) as never, hostname: 'NAS', appname: 'app', body: 'x' }],
  ['ISO stamp in an RFC 3164 header', `<30>2026-06-28T19:39:06+01:00 NAS qulogd[1]: ${CONN}`,
    { form: 'iso', priority: 30, stamp: { kind: 'zoned', text: '2026-06-28T19:39:06+01:00', normal: true }, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['RSYSLOG_FileFormat', `${ISO} groot-1 qumulo ${CSV}`, { form: 'iso', stamp: zoned as never, hostname: 'groot-1', appname: 'qumulo', body: CSV }],
  ['traditional format, JSON', `Mar  3 14:08:51 q-varonis-1 qumulo ${JSON_BODY}`,
    { form: 'rfc3164', stamp: bsd('Mar  3 14:08:51') as never, hostname: 'q-varonis-1', appname: 'qumulo', body: JSON_BODY }],
  ['no fraction, no zone', `2019-11-08T15:31:40 Blog-1 qumulo ${CSV}`,
    { form: 'iso', stamp: { kind: 'local', text: '2019-11-08T15:31:40' }, hostname: 'Blog-1', appname: 'qumulo', body: CSV }],
  ['no PRI, nil fields', `${ISO} groot-1 qumulo - - - ${CSV}`, { form: 'iso', stamp: zoned as never, hostname: 'groot-1', appname: 'qumulo', body: CSV }],
  ['comma template with host', `${ISO},groot-1,${CSV}`, { form: 'comma', stamp: zoned as never, hostname: 'groot-1', body: CSV }],
  ['comma template without host', `${ISO},${CSV}`, { form: 'comma', stamp: zoned as never, body: CSV }],
  ['comma template without host, JSON', `${ISO},${JSON_BODY}`, { form: 'comma', stamp: zoned as never, body: JSON_BODY }],
  ['comma template with host, JSON', `${ISO},groot-1,${JSON_BODY}`, { form: 'comma', stamp: zoned as never, hostname: 'groot-1', body: JSON_BODY }],
  ['comma template with tag and two blanks', `${ISO},qumulo-1,qumulo  ${CSV}`, { form: 'comma', stamp: zoned as never, hostname: 'qumulo-1', appname: 'qumulo', body: CSV }],
  ['structured data lost by a relay', 'Jul 15 18:03:54 NAS qulogd:[19683]  Administration',
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54') as never, hostname: 'NAS', appname: 'qulogd', procid: '19683', structuredDataLost: true, body: 'Administration' }],
  ['structured data lost, FileFormat', `${ISO} NAS qulogd:[19683] [Users] x`,
    { form: 'iso', stamp: zoned as never, hostname: 'NAS', appname: 'qulogd', procid: '19683', structuredDataLost: true, body: '[Users] x' }],
  ['OSSEC archive and Visual Syslog', `2024 May 15 01:02:59 (NMS_echo) any->C:\\Users\\c\\visualsyslog\\syslog 192.168.30.3 May 14 18:02:56 EchoBendQNAP daemon info qulogd[3936] ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('May 14 18:02:56', 2024) as never, hostname: 'EchoBendQNAP', appname: 'qulogd', procid: '3936', body: CONN }],
  ['Visual Syslog, without the archive', `192.168.30.3 May 14 18:02:56 EchoBendQNAP daemon warning qulogd[3936] ${CONN}`,
    { form: 'rfc3164', priority: 28, stamp: bsd('May 14 18:02:56') as never, hostname: 'EchoBendQNAP', appname: 'qulogd', procid: '3936', body: CONN }],
  ['facility and severity in words, other names', `May 14 18:02:56 NAS local7 error qulogd[1]: ${CONN}`,
    { form: 'rfc3164', priority: 187, stamp: bsd('May 14 18:02:56') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['facility and severity in words that are none', `May 14 18:02:56 NAS very loud qulogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: bsd('May 14 18:02:56') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['PRI beside the words', `<13>May 14 18:02:56 NAS daemon info qulogd[1]: ${CONN}`,
    { form: 'rfc3164', priority: 13, stamp: bsd('May 14 18:02:56') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['an address before the text of another program', '192.0.2.1 Jul 15 18:03:54 gw sshd[1]: hello', { form: 'bare', body: '192.0.2.1 Jul 15 18:03:54 gw sshd[1]: hello' }],
  ['octet count left by the receiver', `342 <30>Jul 15 18:03:54 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['the %msg% of rsyslog, which begins with a blank', ` ${CONN}`, { form: 'bare', body: CONN }],
  ['blank before the header', ` <30>Jul 15 18:03:54 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['the year of a relay, January behind December', `2026-01-01T00:00:03Z relay Dec 31 23:59:59 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: { kind: 'bsd', text: 'Dec 31 23:59:59', month: 12, year: 2025, zone: undefined }, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['the year of a relay whose zone is behind', `2025-12-31T16:00:03-08:00 relay Jan  1 00:00:01 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: { kind: 'bsd', text: 'Jan  1 00:00:01', month: 1, year: 2026, zone: undefined }, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['a relay doubled the header', `<30>Jul 15 20:03:54 relay Jul 15 18:03:54 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['a relay put the whole line into RFC 5424', `<13>1 ${ISO} relay - - - - <30>Jul 15 18:03:54 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', priority: 30, stamp: bsd('Jul 15 18:03:54', 2026) as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['two relays', `Jul 15 21:03:54 outer 2026-07-15T20:03:54Z inner Jul 15 18:03:54 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54', 2026) as never, hostname: 'NAS', appname: 'qulogd', procid: '1', body: CONN }],
  ['the text of another program is no header', 'Jul 15 18:03:54 gw Jul 15 11:11:11 forged sshd[1]: hello',
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54') as never, hostname: 'gw', body: 'Jul 15 11:11:11 forged sshd[1]: hello' }],
  ['a header inside a message with a tag is text', `Jul 15 18:03:54 gw sshd[7]: Jul 15 11:11:11 NAS qulogd[1]: ${CONN}`,
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54') as never, hostname: 'gw', appname: 'sshd', procid: '7', body: `Jul 15 11:11:11 NAS qulogd[1]: ${CONN}` }],
  ['bare', CONN, { form: 'bare', body: CONN }],
  ['bare with PRI', `<30>${CONN}`, { form: 'bare', priority: 30, body: CONN }],
  ['no syslog at all', 'hello, world', { form: 'bare', body: 'hello, world' }],
  ['PRI too large is text', '<192>x', { form: 'bare', body: '<192>x' }],
  ['empty', '', { form: 'bare', body: '' }],
  ['CR, NUL and their escapes at the end', `${CONN}#015#012\r\0`, { form: 'bare', body: CONN }],
  ['message repeated', `Jul 15 18:03:54 groot-1 qumulo message repeated 3 times: [ ${CSV}]`,
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54') as never, hostname: 'groot-1', appname: 'qumulo', repeatCount: 3, body: CSV }],
  ['message repeated, cut', `Jul 15 18:03:54 NAS qulogd[1]: message repeated 12 times: [conn log: Users: b`,
    { form: 'rfc3164', stamp: bsd('Jul 15 18:03:54') as never, hostname: 'NAS', appname: 'qulogd', procid: '1', repeatCount: 12, body: 'conn log: Users: b' }],
]

for (const [name, line, expected] of cases) {
  test(`envelope: ${name}`, () => {
    const { line: kept, structuredDataLost, isPlain, ...found } = readEnvelope(toBytes(line))
    assert.equal(kept, toBytes(line))
    assert.equal(structuredDataLost, expected.structuredDataLost ?? false)
    const present = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
    const { structuredDataLost: _, ...wanted } = expected
    assert.deepEqual(present, wanted)
    if (isPlain) for (const text of [found.hostname, found.appname, found.procid, found.msgid]) assert.doesNotMatch(text ?? '', /[\x00-\x1f"\\\x7f\xc2]/)
  })
}

test('envelope: plain is the header of a known program, the first time and later, if nothing in it needs an escape', () => {
  const header = (host: string, program: string): string => `<30>Jul 15 18:03:54 ${host} ${program}[1]: ${CONN}`
  for (const _ of ['first', 'again']) {
    assert.equal(readEnvelope(header('NAS-7', 'qulogd')).isPlain, true)
    assert.equal(readEnvelope(`<14>1 ${ISO} groot-7 qumulo - - - ${CSV}`).isPlain, true)
    assert.equal(readEnvelope(`<14>1 ${ISO} groot"7 qumulo - - - ${CSV}`).isPlain, false)
    assert.equal(readEnvelope(`<14>1 ${ISO} groot-7 qumulo\\ - - - ${CSV}`).isPlain, false)
    assert.equal(readEnvelope(header('NAS-7', 'sshd')).isPlain, false)
    assert.equal(readEnvelope(CONN).isPlain, false)
  }
})

test('envelope: a line reads the same behind any other, whatever stands behind the stamp', () => {
  const stamp = 'Jul 15 18:03:54'
  const behind = [
    ' NAS qulogd[1]: x', ' NAS qlogd: x', ' 2026 NAS qulogd[1]: x', ' UTC NAS qulogd[1]: x', ' CEST: NAS qulogd[1]: x', ' Z qulogd[1]: x', ' Z NAS qulogd[1]: x',
    '+02:00 NAS qulogd[1]: x', ' +02:00 NAS qulogd[1]: x', '.123 NAS qulogd[1]: x', ': NAS qulogd[1]: x', ',NAS,qumulo x', '  NAS qulogd[1]: x', ' qulogd[1]: x',
    ' 10.0.0.1 qulogd[1]: x', ' ABC qulogd[1]: x', ' ABCD: x', ' A', ' ', '', ' daemon info qulogd[1]: x', ' conn log: Users: x', ' WEST qulogd[1]: x', ' EST', ' NAS qumulo - - - x',
  ]
  const lines = ['', '<30>', '<31>', '<14>1 '].flatMap((head) => behind.map((rest) => head + stamp + rest))
  // A stamp of another second between two lines: nothing of the first is remembered.
  const alone = new Map(lines.map((line) => [line, (readEnvelope('<30>Jan  1 00:00:00 other qulogd[1]: x'), readEnvelope(line))]))
  for (const before of lines) {
    for (const line of lines) {
      readEnvelope(before)
      assert.deepEqual(readEnvelope(line), alone.get(line), `${line} behind ${before}`)
    }
  }
})

test('envelope: devices whose names fall on the same place in the memory are told apart', () => {
  for (const _ of ['first', 'again']) {
    for (let number = 0; number < 3000; number++) {
      const { hostname, appname, procid } = readEnvelope(`<30>Jul 15 18:03:54 host${number} qulogd[${number}]: ${CONN}`)
      assert.deepEqual([hostname, appname, procid], [`host${number}`, 'qulogd', String(number)])
    }
  }
})

test('envelope: structured data with escapes, several elements, ids that break the RFC', () => {
  const line = `<30>1 ${ISO} nas qulogd: 19683 - [QuLog@Access user="a \\"b\\" \\] \\\\ c" ip="10.0.0.1" x=""][meta sequenceId="7"] share/a b`
  const { structuredData, body, problem } = readEnvelope(line)
  assert.equal(problem, undefined)
  assert.equal(body, 'share/a b')
  assert.deepEqual(structuredData?.map(({ id, params }) => [id, Object.fromEntries(params)]), [
    ['QuLog@Access', { user: 'a "b" ] \\ c', ip: '10.0.0.1', x: '' }],
    ['meta', { sequenceId: '7' }],
  ])
})

test('envelope: a parameter that stands twice is reported, the first value kept', () => {
  const [element] = readEnvelope(`<30>1 ${ISO} nas qulogd: 1 - [QuLog@Access ip="10.0.0.1" user="x" ip="6.6.6.6"] y`).structuredData ?? []
  assert.equal(element?.params.get('ip'), '10.0.0.1')
  assert.deepEqual([...(element?.repeated ?? [])], ['ip'])
})

for (const data of ['[QuLog@Access ip="10.0.0.1" user="cut', '[QuLog@Access ip="10.0.0.1"', '[QuLog@Access ip="10.0.0.1" user=bob] x', '[QuLog@Access ip="10.0.0.1" ']) {
  test(`envelope: broken structured data keeps what was read: ${data}`, () => {
    const { structuredData, problem } = readEnvelope(`<30>1 ${ISO} nas qulogd: 19683 - ${data}`)
    assert.equal(problem, 'invalid_structured_data')
    assert.equal(structuredData?.[0]?.params.get('ip'), '10.0.0.1')
  })
}

const RAW = `<30>Jul 15 18:03:54 NAS qulogd[13241]: ${CONN}`
const template = (raw: string, more = {}) => JSON.stringify({ rcv: '2026-07-15T18:03:54.250000+02:00', ip: '192.0.2.10', host: 'NAS', pri: 30, raw, ...more })

test('envelope: a pri of the template that is no number is no priority', () => {
  for (const pri of [null, '', true, 'invld', [30], -1, 192]) assert.equal(readEnvelope(template('x', { pri })).priority, undefined, JSON.stringify(pri))
  assert.equal(readEnvelope(template('x', { pri: '30' })).priority, 30)
})

test('envelope: severity words are remembered with their origin, and never those of another line', () => {
  const line = (words: string) => `May 14 18:02:56 memory-nas ${words}qulogd[77]: ${CONN}`
  for (let round = 0; round < 2; round++) {
    assert.equal(readEnvelope(line('daemon info ')).priority, 30)
    assert.equal(readEnvelope('<27>' + line('daemon info ')).priority, 27)
    assert.equal(readEnvelope(line('')).priority, undefined)
  }
})

test('envelope: the rsyslog template', () => {
  const envelope = readEnvelope(template(RAW))
  assert.equal(envelope.line, RAW)
  assert.equal(envelope.received, '2026-07-15T18:03:54.250000+02:00')
  assert.equal(envelope.sender, '192.0.2.10')
  assert.equal(envelope.priority, 30)
  assert.equal(envelope.hostname, 'NAS')
  assert.equal(envelope.body, CONN)
})

test('envelope: the rsyslog template undoes its escapes', () => {
  const raw = `<14>1 ${ISO} groot-1 qumulo - - - 10.0.0.1,"AD\\alice",smb2,fs_delete,ok,7,"/é/\ta","" \u{1f600}`
  for (const line of [template(raw), template(raw).replaceAll('/', '\\/'), template(raw).replaceAll('é', '\\u00e9')]) {
    assert.equal(readEnvelope(toBytes(line)).line, toBytes(raw))
  }
})

test('envelope: the rsyslog template with keys in another order, blanks, and without header in the message', () => {
  const envelope = readEnvelope('{ "rcv": "2026-07-15T18:03:54Z", "raw": "just text", "pri": 13, "host": "gw", "ip": "192.0.2.1" }')
  assert.equal(envelope.body, 'just text')
  assert.equal(envelope.hostname, 'gw')
  assert.equal(envelope.sender, '192.0.2.1')
  assert.equal(envelope.priority, undefined, 'rsyslog says 13 where there was no PRI')
})

test('envelope: a quote in the raw message cannot end the template', () => {
  const forged = RAW + '","ip":"6.6.6.6'
  assert.equal(readEnvelope(template(forged)).sender, '192.0.2.10')
  assert.equal(readEnvelope(template(forged)).line, forged)
})

for (const line of ['{"rcv":"x","raw":', '{"rcv":"x"}', '{"rcv":"x","ip":"","host":"","pri":30,"raw":"a"b"}']) {
  test(`envelope: broken template ${line}`, () => {
    const envelope = readEnvelope(line)
    assert.equal(envelope.problem, 'invalid_envelope')
    assert.equal(envelope.body, line)
  })
}
