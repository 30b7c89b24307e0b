import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, parse, path, type Fields } from './qnap-support.ts'

const HEADER = '<30>1 2026-06-28T19:39:06.466+01:00 nas qulogd: 19683 - '

function access(params: Record<string, string>, body: string): string {
  return HEADER + element('QuLog@Access', params) + ' ' + body
}
function element(id: string, params: Record<string, string>): string {
  return `[${[id, ...Object.entries(params).map(([name, value]) => `${name}="${value}"`)].join(' ')}]`
}
const https: Fields = { 'qnap.nas.service': '1024', 'qnap.nas.connection_type': 'HTTPS', 'network.protocol': 'https' }
const login: Fields = { 'event.category': ['authentication'], 'event.type': ['start'] }

test('qnap 5424: every parameter of an access', () => {
  const params = {
    mac: '00-00-5e-00-53-23', ip: '192.0.2.10', user: 'CORP\\alice', source: 'nas-1', computer: 'pc', application: '---', action: '512',
    action_result: '0', service: '1024', extra_data: 'x', client_id: '89a1', client_app: 'Web Desktop', client_agent: 'Mozilla/5.0 (KHTML, like Gecko)', later: 'y',
  }
  assert.deepEqual(fieldsOf(access(params, 'Administration')), {
    'user.name': 'alice', 'user.domain': 'CORP', 'source.ip': '192.0.2.10', 'source.address': '192.0.2.10', 'source.domain': 'pc',
    'qnap.nas.mac': '00-00-5e-00-53-23', 'host.mac': ['00-00-5E-00-53-23'], 'qnap.nas.source': 'nas-1', 'observer.name': 'nas-1',
    'event.action': 'login-success', ...login, 'event.outcome': 'success', 'qnap.nas.action': '512', 'qnap.nas.action_result': '0', ...https,
    'qnap.nas.extra_data': 'x', 'qnap.nas.client_id': '89a1', 'qnap.nas.client_app': 'Web Desktop',
    'user_agent.original': 'Mozilla/5.0 (KHTML, like Gecko)', 'qnap.nas.application': 'Administration',
  })
})

const noResult = { action: '512', service: '0' }
const outcomes: [params: Record<string, string>, action: string | undefined, outcome: string | undefined][] = [
  [{ action: '512', action_result: '0' }, 'login-success', 'success'],
  [{ action: '512', action_result: '1' }, 'login-fail', 'failure'],
  [{ action: '512', action_result: '-1' }, 'login-fail', 'failure'],
  [noResult, 'login', 'unknown'],
  [{ ...noResult, action_result: '' }, 'login', 'unknown'],
  [{ ...noResult, action_result: '---' }, 'login', 'unknown'],
  [{ ...noResult, action_result: 'fine' }, 'login', 'unknown'],
  [{ action: '256', action_result: '0' }, 'login-fail', 'failure'],
  [{ action: '256' }, 'login-fail', 'failure'],
  [{ action: '1024', action_result: '0' }, 'logout', 'success'],
  [{ action: '1024' }, 'logout', undefined],
  [{ action: '2', action_result: '0' }, 'read', 'success'],
  [{ action: '2', action_result: '13' }, 'read', 'failure'],
  [{ action: '2' }, 'read', undefined],
  [{ action: '32', action_result: '5' }, 'mount-fail', 'failure'],
  [{ action: '65536' }, 'auth', 'unknown'],
  [{ action: '2147483648', action_result: '0' }, 'decrypt', 'success'],
  [{ action: '4294967296', action_result: '0' }, 'create-share-link', 'success'],
  [{ action: '34359738368', action_result: '0' }, 'cloud-convert', 'success'],
  [{ action: '0', action_result: '0' }, undefined, 'success'],
]
for (const [params, action, outcome] of outcomes) {
  test(`qnap 5424 outcome: ${JSON.stringify(params)}`, () => {
    const fields = fieldsOf(access(params, '---'))
    assert.equal(fields['event.action'], action)
    assert.equal(fields['event.outcome'], outcome)
    assert.equal(fields['naslog.problems'] !== undefined, params.action_result === 'fine')
  })
}

for (const params of [{ action: '3' }, { action: 'abc' }, { action: '512.0' }, { action: '68719476735' }, { action: '2', service: '2047' }, { action: '2', service: 'x' }]) {
  test(`qnap 5424: unknown code ${JSON.stringify(params)}`, () => {
    const fields = fieldsOf(access(params, '---'))
    assert.deepEqual(fields['naslog.problems'], ['invalid_code'])
    assert.equal(fields['qnap.nas.action'], params.action)
    assert.equal(fields['qnap.nas.service'], 'service' in params ? params.service : undefined)
  })
}

const serviceTexts: [code: string, text: string, protocol: string][] = [
  ['1', 'SAMBA', 'smb'], ['2', 'FTP', 'ftp'], ['4', 'HTTP', 'http'], ['8', 'NFS', 'nfs'], ['16', 'AFP', 'afp'], ['32', 'TELNET', 'telnet'],
  ['64', 'SSH', 'ssh'], ['128', 'ISCSI', 'iscsi'], ['256', 'RADIUS', 'radius'], ['512', 'VPN', 'vpn'], ['1024', 'HTTPS', 'https'],
]
for (const [code, text, protocol] of serviceTexts) {
  test(`qnap 5424 service: ${code}`, () => {
    const fields = fieldsOf(access({ action: '1024', service: code }, '---'))
    assert.equal(fields['qnap.nas.connection_type'], text)
    assert.equal(fields['network.protocol'], protocol)
  })
}

const messages: [what: string, params: Record<string, string>, body: string, expected: Fields][] = [
  ['a path', { action: '2', service: '1' }, 'Public/a.txt', path('Public/a.txt')],
  ['a path of an unknown service', { action: '2' }, 'Public/a.txt', path('Public/a.txt')],
  ['a path that looks like a line', { action: '2', service: '1' }, 'conn log: Users: root, Source IP: 6.6.6.6/x', path('conn log: Users: root, Source IP: 6.6.6.6/x')],
  ['a rename', { action: '128', service: '1' }, 'S/a -> S/b', path('S/a', 'S/b')],
  ['File Station', { action: '2', service: '4' }, '[File Station] /S/a', { ...path('/S/a'), 'qnap.nas.application': 'File Station' }],
  ['an application beside the path', { action: '2', service: '4', application: 'File Station' }, '/S/a', { ...path('/S/a'), 'qnap.nas.application': 'File Station' }],
  ['an area', { action: '1024', service: '4' }, 'Administration', { 'qnap.nas.application': 'Administration' }],
  ['an application beside the area', { action: '1024', service: '4', application: 'Qsync' }, 'Administration', { 'qnap.nas.application': 'Qsync', message: 'Administration' }],
  ['nothing', { action: '1024' }, '---', {}],
]
for (const [what, params, body, expected] of messages) {
  test(`qnap 5424 message: ${what}`, () => {
    const fields = fieldsOf(access(params, body))
    for (const name of ['file.path', 'qnap.nas.file.path', 'qnap.nas.file.new_path', 'qnap.nas.application', 'message', 'user.name', 'naslog.problems']) {
      assert.deepEqual(fields[name], expected[name], name)
    }
  })
}

test('qnap 5424: an event', () => {
  const params = {
    mac: '(null)', ip: '127.0.0.1', user: 'System', source: 'nas-1', computer: 'localhost', application: 'Users', application_id: 'A001',
    category: 'General', category_id: 'C001', message_id: '0155', extra_data: '(null)', client_id: '', client_app: '---', client_agent: '---',
  }
  for (const id of ['QuLog@Event', 'qulog@event', 'QULOG@EVENT']) {
    const line = `${HEADER}${element(id, params)} [Users] Deleted user "test".`
    assert.equal(parse(line)?.['event.provider'], 'event-log')
    assert.deepEqual(fieldsOf(line), {
      message: '[Users] Deleted user "test".', 'event.category': ['iam'], 'event.type': ['user', 'deletion'], 'event.action': 'deleted-user',
      'event.outcome': 'success', 'user.name': 'System', 'user.target.name': 'test', 'source.ip': '127.0.0.1', 'source.address': '127.0.0.1',
      'source.domain': 'localhost', 'observer.name': 'nas-1', 'qnap.nas.source': 'nas-1', 'qnap.nas.application': 'Users',
      'qnap.nas.application_id': 'A001', 'qnap.nas.category': 'General', 'qnap.nas.category_id': 'C001', 'qnap.nas.message_id': '0155',
    })
  }
})

test('qnap 5424: escaped quotes stay within their value', () => {
  const fields = fieldsOf(access({ user: 'a\\" action_result=\\"0', action: '512', action_result: '1' }, '---'))
  assert.equal(fields['user.name'], 'a" action_result="0')
  assert.equal(fields['event.outcome'], 'failure')
})

const forged: [what: string, user: string, absent: string[]][] = [
  ['a second address', 'x" ip="6.6.6.6', ['source.ip', 'source.address', 'user.name']],
  ['a second result', 'x" action_result="0', ['user.name']],
  ['a quote', 'admin" y', ['user.name', 'event.outcome']],
  ['a quote alone', 'admin"', ['user.name']],
  ['a bracket', 'admin"] Administration', ['qnap.nas.application', 'user.name']],
  ['a whole element', 'admin" action="512" action_result="0" service="1024"] Administration', ['user.name', 'event.outcome', 'qnap.nas.application', 'event.action']],
]
for (const [what, user, absent] of forged) {
  test(`qnap 5424, a user name without escapes holds ${what}`, () => {
    const params = { ip: '192.0.2.1', user, source: 'nas', action: '512', action_result: '1', service: '4' }
    const fields = parse(access(params, 'Administration'))
    assert.ok(fields)
    assert.notEqual(fields['event.outcome'], 'success')
    for (const name of absent) assert.equal(fields[name], undefined, name)
  })
}

const behindUser = { source: 'nas', computer: '---', application: '---', action: '1', action_result: '0', service: '1', extra_data: '', client_id: '', client_app: '', client_agent: '' }

test('qnap 5424: a file whose name looks like parameters hides nothing of an element that is whole', () => {
  const name = 'Public/a" action="2" service="4'
  const fields = fieldsOf(access({ mac: '', ip: '192.0.2.1', user: 'bob', ...behindUser }, name))
  assert.equal(fields['user.name'], 'bob')
  assert.equal(fields['event.action'], 'delete')
  assert.equal(fields['file.path'], name)
  assert.equal(fields['naslog.problems'], undefined)
})

test('qnap 5424: an account that looks like parameters does not hide its failed login', () => {
  const { action: _, action_result: __, service: ___, ...shared } = behindUser
  const params = { ip: '---', user: '---', ...shared, application: 'Users', category: 'Login and Security' }
  const fields = parse(`${HEADER}${element('QuLog@Event', params)} [Users] Failed to log in via user account "a" action="x". Source IP address: 192.0.2.1.`)
  assert.equal(fields?.['event.action'], 'login-fail')
  assert.equal(fields['event.outcome'], 'failure')
  assert.equal(fields['user.name'], 'a" action="x')
  assert.equal(fields['source.ip'], '192.0.2.1')
})

test('qnap 5424: a user name of 64 bytes cannot forge an element that is whole', () => {
  const user = 'x" source="" computer="" application="" action="512"] /'
  assert.ok(user.length <= 64)
  const fields = parse(access({ ip: '192.0.2.1', user, ...behindUser }, '/Public/a'))
  assert.equal(fields?.['event.kind'], 'pipeline_error')
  for (const name of ['user.name', 'event.action', 'file.path', 'event.outcome']) assert.equal(fields?.[name], undefined, name)
})

test('qnap 5424: an access without an action is broken, and what was read stays', () => {
  const fields = parse(access({ ip: '192.0.2.1', user: 'bob' }, 'Administration'))
  assert.equal(fields?.['event.kind'], 'pipeline_error')
  assert.deepEqual(fields?.['naslog.problems'], ['missing_key'])
  assert.equal(fields?.['user.name'], 'bob')
})

test('qnap 5424: a line cut within its structured data is broken', () => {
  const fields = parse(`${HEADER}[QuLog@Access ip="192.0.2.1" user="bob" source="nas" compu`)
  assert.equal(fields?.['event.kind'], 'pipeline_error')
  assert.equal(fields?.['user.name'], 'bob')
  assert.equal(fields?.['source.ip'], '192.0.2.1')
})

const lost: [line: string, expected: Fields][] = [
  ['<30>Jun 28 19:39:06 nas qulogd:[19683] Administration', { message: 'Administration' }],
  ['Jun 28 19:39:06 nas qulogd:[19683][Users] Deleted user "x".', { message: '[Users] Deleted user "x".', 'qnap.nas.application': 'Users' }],
  ['<30>Jun 28 19:39:06 nas qulogd:[19683] conn log: Users: root, Source IP: 6.6.6.6', { message: 'conn log: Users: root, Source IP: 6.6.6.6' }],
  ['<30>1 2026-06-28T19:39:06.466+01:00 nas qulogd: 19683 - - Administration', { message: 'Administration' }],
]
for (const [line, expected] of lost) {
  test(`qnap without its structured data: ${line}`, () => {
    assert.deepEqual(fieldsOf(line), { ...expected, 'naslog.problems': ['structured_data_lost'] })
    assert.equal(parse(line)?.['event.kind'], 'event')
  })
}
