import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EcsFlat } from '@elastic/ecs'
import { knownActions } from '../../src/parsers/qnap/actions.ts'
import { textsByApplication } from '../../src/parsers/qnap/texts.ts'
import { bob, conn, fieldsOf, parse, path, type Conn, type Fields } from './qnap-support.ts'

const smb: Fields = { 'qnap.nas.connection_type': 'SAMBA', 'network.protocol': 'smb' }
function file(action: string, type: string): Fields {
  return { 'event.action': action, 'event.category': ['file'], 'event.type': [type] }
}
const read = file('read', 'access')
const success: Fields = { 'event.action': 'login-success', 'event.category': ['authentication'], 'event.type': ['start'], 'event.outcome': 'success' }
const failure: Fields = { ...success, 'event.action': 'login-fail', 'event.outcome': 'failure' }
const logout: Fields = { 'event.action': 'logout', 'event.category': ['authentication'], 'event.type': ['end'] }

const actions: [text: string, expected: Fields][] = [
  ['Read', read],
  ['read', read],
  ['Open', file('open', 'access')],
  ['Write', file('write', 'change')],
  ['Add', file('add', 'creation')],
  ['Delete', file('delete', 'deletion')],
  ['Copy', file('copy', 'creation')],
  ['Move', file('move', 'change')],
  ['Rename', file('rename', 'change')],
  ['Create Directory', file('create-directory', 'creation')],
  ['MakeDir', file('create-directory', 'creation')],
]
for (const [text, expected] of actions) {
  test(`qnap action on a file: ${text}`, () => {
    assert.deepEqual(fieldsOf(conn({ resource: 'Public/a.txt', action: text })), { ...bob, ...smb, ...expected, ...path('Public/a.txt') })
  })
}

const accessActions: [text: string, expected: Fields][] = [
  ['Login OK', success],
  ['Login Success', success],
  ['LOGIN SUCCESS', success],
  ['Login Fail', failure],
  ['Logout', logout],
  ['Logout.', logout],
  ['Logout\r', logout],
  ['Logout\0', logout],
  ['Mount OK', { 'event.action': 'mount', 'event.category': ['session'], 'event.type': ['start'], 'event.outcome': 'success' }],
  ['Mount Fail', { 'event.action': 'mount-fail', 'event.category': ['session'], 'event.type': ['start'], 'event.outcome': 'failure' }],
  ['Unmount', { 'event.action': 'unmount', 'event.category': ['session'], 'event.type': ['end'] }],
  ['Change the Owner', { 'event.type': ['info'], 'event.action': 'change-owner', 'naslog.problems': ['unknown_operation'] }],
  ['---', {}],
  // A line that was cut within its action names none.
  ...['Rea', 'Re', 'Logi', 'Login Succes', 'Login Fai', 'Create Dir', 'D'].map(
    (text): [string, Fields] => [text, { 'naslog.truncated': true, 'naslog.problems': ['truncated'] }]),
]
for (const [text, expected] of accessActions) {
  test(`qnap action: ${JSON.stringify(text)}`, () => assert.deepEqual(fieldsOf(conn({ action: text })), { ...bob, ...smb, ...expected }))
}

const services: [text: string, protocol: string | undefined][] = [
  ['SAMBA', 'smb'], ['Samba', 'smb'], ['SMB', 'smb'], ['FTP', 'ftp'], ['HTTP', 'http'], ['HTTP/HTTPS', 'http'], ['HTTPS', 'https'],
  ['NFS', 'nfs'], ['AFP', 'afp'], ['TELNET', 'telnet'], ['Telnet', 'telnet'], ['SSH', 'ssh'], ['SSH/SFTP', 'ssh'],
  ['ISCSI', 'iscsi'], ['RADIUS', 'radius'], ['VPN', 'vpn'], ['Pigeon', undefined],
]
for (const [text, protocol] of services) {
  test(`qnap service: ${text}`, () => {
    const fields = fieldsOf(conn({ type: text, action: 'Logout' }))
    assert.equal(fields['qnap.nas.connection_type'], text)
    assert.equal(fields['network.protocol'], protocol)
  })
}

const long = 'Public/' + 'x'.repeat(1016)
const rename = file('rename', 'change')
const move = file('move', 'change')
const ambiguous: Fields = { 'naslog.problems': ['ambiguous_key'] }
const truncated: Fields = { 'naslog.truncated': true, 'naslog.problems': ['truncated'] }
const resources: [what: string, line: Conn, expected: Fields][] = [
  ['a root of a share', { resource: 'Public' }, { ...read, ...path('Public') }],
  ['an area', { resource: 'Administration', type: 'HTTPS', action: 'Login Success' }, { ...success, 'qnap.nas.application': 'Administration' }],
  ['an area with a slash', { resource: 'Backup/Restore', type: 'HTTPS', action: 'Login Success' }, { ...success, 'qnap.nas.application': 'Backup/Restore' }],
  ['an area that is read', { resource: 'Administration', type: 'HTTP' }, { ...read, 'qnap.nas.application': 'Administration' }],
  ['File Station', { resource: '[File Station] /Browser Station/admin', type: 'HTTP/HTTPS' }, { ...read, ...path('/Browser Station/admin'), 'qnap.nas.application': 'File Station' }],
  ['signs', { resource: "Public/a & b's [1] #2 = {x} ^ <y> | *?.txt" }, { ...read, ...path("Public/a & b's [1] #2 = {x} ^ <y> | *?.txt") }],
  ['commas', { resource: 'Public/a, b, c.txt' }, { ...read, ...path('Public/a, b, c.txt') }],
  ['a comma at the end', { resource: 'Public/a,' }, { ...read, ...path('Public/a,') }],
  ['two bytes a letter', { resource: 'Public/caffè/嘉宏 高.txt' }, { ...read, ...path('Public/caffè/嘉宏 高.txt') }],
  ['none', { resource: '-', action: 'Logout' }, logout],
  ['a resource cut by QNAP', { resource: long }, { ...read, ...path(long), ...truncated }],
  ['one byte less', { resource: long.slice(1) }, { ...read, ...path(long.slice(1)) }],
  ['a cut rename', { resource: long, action: 'Rename' }, { ...rename, ...path(long), ...truncated }],
  ['a rename', { resource: 'S/New folder -> S/asdf', action: 'Rename' }, { ...rename, ...path('S/New folder', 'S/asdf') }],
  ['a rename with one path', { resource: 'S/OLD.DOCX', action: 'Rename' }, { ...rename, ...path('S/OLD.DOCX') }],
  ['a move', { resource: 'S/a/x -> S/b/x', action: 'Move' }, { ...move, ...path('S/a/x', 'S/b/x') }],
  ['a move between shares', { resource: 'S/x -> T/x', action: 'Move' }, { ...move, ...path('S/x', 'T/x') }],
  ['a File Station move', { resource: '[File Station] /S/x -> /T/x', type: 'HTTP', action: 'Move' }, { ...move, ...path('/S/x', '/T/x'), 'qnap.nas.application': 'File Station' }],
  ['an arrow in the old name', { resource: 'S/a -> b -> S/c', action: 'Rename' }, { ...rename, ...path('S/a -> b', 'S/c') }],
  ['an arrow in the new name', { resource: 'S/a -> S/b -> c', action: 'Rename' }, { ...rename, ...path('S/a', 'S/b -> c') }],
  ['an arrow in the moved name', { resource: 'S/1/a -> S/b -> S/2/b', action: 'Move' }, { ...move, ...path('S/1/a -> S/b', 'S/2/b') }],
  ['arrows that settle nothing', { resource: 'S/a -> S/b -> S/c', action: 'Rename' }, { ...rename, ...path('S/a', 'S/b -> S/c'), ...ambiguous }],
  ['a name with an arrow, read', { resource: 'S/a -> S/b' }, { ...read, ...path('S/a -> S/b') }],
  ['a copy with one path', { resource: 'S/a -> b', action: 'Copy' }, { ...file('copy', 'creation'), ...path('S/a -> b') }],
  ['a copy', { resource: 'S/a -> S/b', action: 'Copy' }, { ...file('copy', 'creation'), ...path('S/a', 'S/b') }],
  ['keys behind an area', { resource: 'Administration, Client Application: Web Desktop, Client Agent: Mozilla/5.0 (KHTML, like Gecko), Client ID: 89a1, Session ID: 7', type: 'HTTPS', action: 'Logout' },
    { ...logout, 'qnap.nas.application': 'Administration', 'qnap.nas.client_app': 'Web Desktop', 'user_agent.original': 'Mozilla/5.0 (KHTML, like Gecko)', 'qnap.nas.client_id': '89a1', 'qnap.nas.session_id': '7' }],
  ['keys behind nothing', { resource: '---, Client ID: ---, Client Agent: curl/8', type: 'HTTPS', action: 'Logout' }, { ...logout, 'user_agent.original': 'curl/8' }],
  ['a key twice', { resource: 'Administration, Client Agent: x, Client ID: evil, Client ID: true', type: 'HTTPS', action: 'Logout' },
    { ...logout, 'qnap.nas.application': 'Administration', ...ambiguous }],
  ['a name that looks like a key', { resource: 'Public/a, Client ID: 7' }, { ...read, ...path('Public/a, Client ID: 7') }],
]
for (const [what, line, expected] of resources) {
  test(`qnap resource: ${what}`, () => {
    const { 'qnap.nas.connection_type': _type, 'network.protocol': _protocol, ...fields } = fieldsOf(conn(line))
    assert.deepEqual(fields, { ...bob, ...expected })
  })
}

const cut = 'a'.repeat(64)
const clients: [what: string, line: Conn, expected: Fields][] = [
  ['a domain user', { user: 'DOMAIN\\admin.user', computer: '---' }, { 'user.name': 'admin.user', 'user.domain': 'DOMAIN' }],
  ['a principal', { user: 'a@b@corp.example', computer: '---' }, { 'user.name': 'a@b', 'user.domain': 'corp.example' }],
  ['a machine account', { user: 'PC-ABCD-0123*', computer: '---' }, { 'user.name': 'PC-ABCD-0123*' }],
  ['a half domain', { user: 'DOMAIN\\', computer: '---' }, { 'user.name': 'DOMAIN\\' }],
  ['guest', { user: 'guest', computer: 'Unknown' }, { 'user.name': 'guest' }],
  ['Unknown', { user: 'Unknown', computer: '---' }, {}],
  ['a placeholder', { user: '---', computer: '' }, {}],
  ['null', { user: '(null)', computer: '-' }, {}],
  ['no text', { user: '', computer: '---' }, {}],
  ['a user of 64 bytes', { user: cut, computer: '---' }, { 'user.name': cut, ...truncated }],
  ['a user of 63 bytes', { user: cut.slice(1), computer: '---' }, { 'user.name': cut.slice(1) }],
  ['a longer user than QNAP keeps', { user: cut + 'b', computer: '---' }, { 'user.name': cut + 'b' }],
  ['a user with a comma', { user: 'a, b', computer: '---' }, { 'user.name': 'a, b' }],
  ['blanks and signs', { user: 'a b', computer: 'user_pc 01' }, { 'user.name': 'a b', 'source.domain': 'user_pc 01' }],
]
for (const [what, line, expected] of clients) {
  test(`qnap user: ${what}`, () => {
    const { 'qnap.nas.connection_type': _t, 'network.protocol': _p, 'source.ip': _i, 'source.address': _a, ...fields } = fieldsOf(conn({ ...line, action: '---' }))
    assert.deepEqual(fields, expected)
  })
}

const addresses: [text: string, expected: Fields][] = [
  ['2001:db8::1', { 'source.address': '2001:db8::1', 'source.ip': '2001:db8::1' }],
  ['fe80::1%eth0', { 'source.address': 'fe80::1%eth0', 'source.ip': 'fe80::1' }],
  ['127.0.0.1', { 'source.address': '127.0.0.1', 'source.ip': '127.0.0.1' }],
  ['0.0.0.0', {}], ['---', {}], ['-', {}], ['(null)', {}], ['', {}], ['Unknown', {}],
  ['<host>', { 'source.address': '<host>', 'naslog.problems': ['invalid_address'] }],
  ['999.1.1.1', { 'source.address': '999.1.1.1', 'naslog.problems': ['invalid_address'] }],
]
for (const [text, expected] of addresses) {
  test(`qnap address: ${JSON.stringify(text)}`, () => {
    const { 'user.name': _u, 'qnap.nas.connection_type': _t, 'network.protocol': _p, ...fields } = fieldsOf(conn({ ip: text, computer: '---', action: '---' }))
    assert.deepEqual(fields, expected)
  })
}

const client: Fields = { 'user.name': 'bob', 'source.address': '192.0.2.1', 'source.ip': '192.0.2.1' }
const repeated: Fields = { 'naslog.problems': ['repeated_key'] }
const hostile: [what: string, line: Conn, expected: Fields][] = [
  ['an address in the user', { user: 'a, Source IP: 6.6.6.6' }, { 'user.name': 'a, Source IP: 6.6.6.6', 'source.domain': 'pc', 'file.path': 'S/f', 'event.action': 'read' }],
  ['a computer in the user', { user: 'a, Source IP: x, Computer name: y' }, { 'user.name': 'a, Source IP: x, Computer name: y', 'source.domain': 'pc' }],
  ['a type in the computer', { computer: 'c, Connection type: SSH' }, { ...client, 'source.domain': 'c, Connection type: SSH', 'qnap.nas.connection_type': 'SAMBA' }],
  ['keys in the resource', { resource: 'S/x, Action: Delete, Source IP: 6.6.6.6' }, { ...client, 'file.path': 'S/x, Action: Delete, Source IP: 6.6.6.6', 'event.action': 'read' }],
  ['an action in the user', { user: 'a, Action: Delete' }, { 'user.name': 'a, Action: Delete', 'event.action': 'read', 'file.path': 'S/f' }],
]
for (const [what, line, expected] of hostile) {
  test(`qnap, settled by the grammar: ${what}`, () => {
    const fields = fieldsOf(conn({ resource: 'S/f', ...line }))
    for (const [name, value] of Object.entries({ ...expected, ...repeated })) assert.deepEqual(fields[name], value, name)
  })
}

test('qnap: readings that the grammar cannot settle set only what they agree on', () => {
  const inUser = fieldsOf(conn({ user: 'a, Source IP: 6.6.6.6, Computer name: x', computer: 'pc', resource: 'S/f' }))
  assert.deepEqual(inUser, { ...smb, ...read, ...path('S/f'), ...ambiguous })
  const inComputer = fieldsOf(conn({ computer: 'c, Connection type: SSH, Accessed resources: y', resource: 'S/f' }))
  assert.deepEqual(inComputer, { ...client, ...read, ...ambiguous })
})

test('qnap: unknown keys between the known ones are skipped, and it is said', () => {
  const line = 'conn log: Users: bob, Source IP: 192.0.2.1, Port: 445, Computer name: pc, Connection type: SAMBA, Session Key: 7, Accessed resources: S/f, Action: Read'
  assert.deepEqual(fieldsOf(line), { ...bob, ...smb, ...read, ...path('S/f'), 'naslog.problems': ['unknown_key'] })
})

const broken: [what: string, line: string, expected: Fields][] = [
  ['cut in the resource', conn({ resource: 'S/fold' }).replace(', Action: Read', ''), { ...bob, ...smb, 'file.path': 'S/fold', ...truncated }],
  ['cut in the key of the action', conn({ resource: 'S/fold' }).replace(': Read', ''), { ...bob, ...smb }],
  ...[', ', ', Act', ', Action', ', Action:', ', Action: '].map((left): [string, string, Fields] => [
    `cut within the key: "${left}"`, conn({ resource: 'S/a' }).replace(', Action: Read', left), { ...bob, ...smb, 'file.path': 'S/a', 'event.action': undefined, ...truncated },
  ]),
  ['cut behind an action in a name', conn({ resource: 'S/fold, Action: Delete/f' }).replace(', Action: Read', ''), { ...bob, 'event.action': undefined }],
  ['cut in the computer', 'conn log: Users: bob, Source IP: 192.0.2.1, Computer name: p', { ...client, 'source.domain': undefined, ...truncated }],
  ['cut in the address', 'conn log: Users: bob, Source IP: 192.', { 'user.name': undefined, 'source.address': undefined }],
  ['cut in the user', 'conn log: Users: bo', { 'user.name': undefined }],
  ['without a service', 'conn log: Users: bob, Source IP: 192.0.2.1, Computer name: pc, Accessed resources: S/f, Action: Read', { ...client, 'file.path': undefined, 'naslog.truncated': undefined }],
]
for (const [what, line, expected] of broken) {
  test(`qnap, broken: ${what}`, () => {
    const fields = parse(line)
    assert.ok(fields)
    assert.equal(fields['event.kind'], 'pipeline_error')
    assert.match(String(fields['error.message']), /^expected "/)
    assert.ok((fields['naslog.problems'] as string[]).includes('missing_key'))
    for (const [name, value] of Object.entries(expected)) {
      if (name !== 'naslog.problems') assert.deepEqual(fields[name], value, name)
    }
  })
}

test('qnap: category and type of every action and text are allowed by ECS', () => {
  const official = EcsFlat as unknown as Record<string, { allowed_values?: { name: string; expected_event_types?: string[] }[] }>
  const categories = official['event.category']?.allowed_values ?? []
  for (const { category, type } of [...knownActions, ...[...textsByApplication.values()].flat()]) {
    assert.equal(category === undefined, type === undefined)
    if (category === undefined) continue
    const expected = categories.find(({ name }) => name === category[0])?.expected_event_types
    for (const each of type ?? []) assert.ok(expected?.includes(each), `${String(category)} with ${each}`)
  }
})
