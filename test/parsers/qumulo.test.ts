import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { readEnvelope } from '../../src/envelope/index.ts'
import { Event } from '../../src/event.ts'
import { F } from '../../src/fields/index.ts'
import { toBytes } from '../../src/lib/bytes.ts'
import { qumulo } from '../../src/parsers/qumulo/index.ts'
import { jsonBody, operationBody, parse, type FlatRecord } from './qumulo-parse.ts'

/** Compares the fields that are named; `undefined` means absent. */
function assertFields(result: FlatRecord | undefined, expected: FlatRecord) {
  assert.ok(result !== undefined, 'not claimed')
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, result[key]])), expected)
}

// Lines of Qumulo's documentation, articles and tools, with all their slips.
const lines = readFileSync('test/fixtures/samples/qumulo.log', 'latin1').split('\n').filter((line) => line !== '' && !line.startsWith('##'))

test('every published line is claimed and none is broken', () => {
  assert.equal(lines.length, 82)
  for (const line of lines) {
    const event = new Event()
    assert.ok(qumulo.parse(readEnvelope(line), event), line)
    assert.equal(event.get(F['event.kind']), 'event', line)
    for (const field of ['event.action', 'event.outcome', 'source.address', 'qumulo.audit.status', 'qumulo.audit.protocol'] as const) {
      assert.notEqual(event.get(F[field]), undefined, `${field} of ${line}`)
    }
    assert.ok(event.get(F['user.name']) ?? event.get(F['user.id']), line)
    const expected = []
    if (/name": "AD\\a|user": "AD\\a/.test(line)) expected.push('json_repaired')
    if (line.includes('\xe2\x80') || line.endsWith(',"') || /^[\w.]+,groot/.test(line)) expected.push('csv_repaired')
    if (line.startsWith('W.')) expected.push('invalid_address')
    assert.deepEqual(event.get(F['naslog.problems']) ?? [], expected, line)
  }
})

test('the samples are claimed', () => {
  for (const sample of qumulo.samples) assert.ok(qumulo.parse(readEnvelope(toBytes(sample)), new Event()), sample)
})

const csv = '10.0.0.1,"u",smb2,fs_open,ok,3,"/a",""'
const json = operationBody('fs_open', { path: '/a' })
const claims: [what: string, appname: string | undefined, body: string, kind: 'event' | 'pipeline_error' | undefined][] = [
  ['CSV of qumulo', 'qumulo', csv, 'event'],
  ['CSV of qumulo:audit', 'qumulo:audit', csv, 'event'],
  ['CSV without a program', undefined, csv, 'event'],
  ['CSV of another program', 'sshd', csv, undefined],
  ['JSON of qumulo', 'qumulo', json, 'event'],
  ['JSON without a program', undefined, json, 'event'],
  ['JSON of another program', 'suricata', json, undefined],
  ['text of qumulo', 'qumulo', 'Audit log connected', undefined],
  ['nothing of qumulo', 'qumulo', '', undefined],
  ['other JSON of qumulo', 'qumulo', '{"message": "hello"}', 'pipeline_error'],
  ['other JSON without a program', undefined, '{"message": "hello"}', undefined],
  ['JSON with only one of the keys', undefined, '{"operation": "fs_open"}', undefined],
  ['the keys in an inner object', undefined, '{"x": {"operation": "fs_open", "user_ip": "::1"}}', undefined],
  ['broken CSV of qumulo', 'qumulo', '10.0.0.1,"u",smb2,fs', 'pipeline_error'],
  ['broken CSV without a program', undefined, '10.0.0.1,"u",smb2,fs', undefined],
  ['CSV of a web server', undefined, '10.0.0.1,"u",https,get,200,5,"/a","b"', undefined],
  ['CSV of something without an address', undefined, 'x,"u",smb2,frobnicate,ok,5,"/a","b"', undefined],
  ['an unknown operation over a known protocol', undefined, '10.0.0.1,"u",nfsv4.2,frobnicate,ok,5,"/a","b"', 'event'],
  ['a known operation from a blotted address', undefined, 'W.X.Y.Z,"u",smb2,fs_open,ok,5,"/a",""', 'event'],
]
for (const [what, appname, body, kind] of claims) {
  test(`claim: ${what}`, () => assert.equal(parse(body, { appname })?.['event.kind'], kind))
}

test('the fields of a record, all of them', () => {
  const before = { ctime: '2024-06-11T14:55:43.616292461Z', owner: { sid: 'S-1-5-21-1-2-3-500' } }
  const after = { ctime: '2024-06-11T14:55:58.187394089Z', owner: { sid: 'S-1-5-21-1-2-3-501' } }
  const body = jsonBody({
    details: { after, before, path: '/.snapshot/7_daily_x/é.txt:Zone.Identifier', file_id: 140624751830626345080086044861n.toString(), size: 5, offset: 0, file_size: 10, second_extra_name: '', extra_name: 'x' },
    status: 'ok',
    operation: 'fs_write_metadata',
    protocol: 'nfsv4.1',
    user_ip: 'fe80::1%eth0',
    user_id: { auth_id: '500', name: 'AD\\Zoë', sid: 'S-1-5-21-1-2-3-500' },
  })
  assert.deepEqual(parse(body, { appname: 'qumulo', hostname: 'cs-fil-q-k144-12' }), {
    'event.kind': 'event',
    'event.category': ['file'],
    'event.type': ['change'],
    'event.action': 'fs_write_metadata',
    'event.outcome': 'success',
    'event.module': 'qumulo',
    'event.dataset': 'qumulo.audit',
    'observer.vendor': 'Qumulo',
    'observer.product': 'Qumulo Core',
    'observer.type': 'nas',
    'user.name': 'Zoë',
    'user.domain': 'AD',
    'user.id': 'S-1-5-21-1-2-3-500',
    'source.ip': 'fe80::1',
    'source.address': 'fe80::1%eth0',
    'network.protocol': 'nfs',
    'file.path': '/.snapshot/7_daily_x/é.txt:Zone.Identifier',
    'file.inode': '140624751830626345080086044861',
    'file.size': 10,
    'file.uid': 'S-1-5-21-1-2-3-501',
    'file.ctime': '2024-06-11T14:55:58.187394089Z',
    'qumulo.cluster.name': 'cs-fil-q-k144',
    'qumulo.node.id': '12',
    'qumulo.audit.operation': 'fs_write_metadata',
    'qumulo.audit.status': 'ok',
    'qumulo.audit.protocol': 'nfsv4.1',
    'qumulo.audit.protocol_version': '4.1',
    'qumulo.audit.user.name': 'AD\\Zoë',
    'qumulo.audit.user.sid': 'S-1-5-21-1-2-3-500',
    'qumulo.audit.user.auth_id': '500',
    'qumulo.audit.user.kind': 'sid',
    'qumulo.audit.file_id': '140624751830626345080086044861',
    'qumulo.audit.extra_name': 'x',
    'qumulo.audit.change': ['owner changed'],
    'qumulo.audit.offset': 0,
    'qumulo.audit.size': 5,
    'qumulo.audit.snapshot.id': '7',
    'qumulo.audit.snapshot.name': 'daily_x',
    'qumulo.audit.snapshot.path': '/é.txt:Zone.Identifier',
    'qumulo.audit.before': before,
    'qumulo.audit.after': after,
  })
})

const users: [written: string, protocol: string, name: unknown, domain: unknown, id: unknown, kind: unknown][] = [
  ['admin', 'smb2', 'admin', undefined, undefined, undefined],
  ['AD\\alice', 'smb2', 'alice', 'AD', undefined, undefined],
  ['VSS\\MILESTONE-RS3$', 'smb2', 'MILESTONE-RS3$', 'VSS', undefined, undefined],
  ['1000', 'nfs3', undefined, undefined, '1000', 'uid'],
  ['0', 'nfsv4.1', undefined, undefined, '0', 'uid'],
  ['500', 'smb2', undefined, undefined, '500', 'auth_id'],
  ['S-1-5-21-1-2-3-500', 'smb2', undefined, undefined, 'S-1-5-21-1-2-3-500', 'sid'],
  ['S-1-x', 'smb2', 'S-1-x', undefined, undefined, undefined],
  ['', 'nfs3', undefined, undefined, undefined, undefined],
]
for (const [written, protocol, name, domain, id, kind] of users) {
  test(`user ${written} over ${protocol}`, () => {
    assertFields(parse(`10.0.0.1,"${written}",${protocol},fs_open,ok,3,"/a",""`), {
      'user.name': name,
      'user.domain': domain,
      'user.id': id,
      'qumulo.audit.user.kind': kind,
      'qumulo.audit.user.sid': kind === 'sid' ? id : undefined,
      'qumulo.audit.user.auth_id': kind === 'auth_id' ? id : undefined,
      'qumulo.audit.user.name': name === undefined ? undefined : written,
    })
  })
}

test('user.id of JSON is the SID, else the auth id', () => {
  const result = parse(operationBody('fs_open', {}, { user_id: { auth_id: 501, name: 'guest', sid: '' } }))
  assertFields(result, { 'user.id': '501', 'user.name': 'guest', 'qumulo.audit.user.kind': 'auth_id', 'qumulo.audit.user.auth_id': '501' })
})

const protocols: [written: string, name: unknown, version: unknown, application: unknown][] = [
  ['smb', 'smb', undefined, undefined],
  ['smb2', 'smb', '2', undefined],
  ['smb3.1', 'smb', '3.1', undefined],
  ['nfs', 'nfs', undefined, undefined],
  ['nfs3', 'nfs', '3', undefined],
  ['nfsv4.1', 'nfs', '4.1', undefined],
  ['nfsv4.2', 'nfs', '4.2', undefined],
  ['api', 'http', undefined, undefined],
  ['s3', 'http', undefined, 's3'],
  ['ftp', 'ftp', undefined, undefined],
  ['internal', undefined, undefined, undefined],
  ['gopher', undefined, undefined, undefined],
]
for (const [written, name, version, application] of protocols) {
  test(`protocol ${written}`, () => {
    assertFields(parse(`10.0.0.1,"u",${written},fs_open,ok,3,"/a",""`), {
      'qumulo.audit.protocol': written,
      'network.protocol': name,
      'qumulo.audit.protocol_version': version,
      'network.application': application,
    })
  })
}

const objects: [what: string, fields: string, expected: FlatRecord][] = [
  ['rename', 'fs_rename,ok,3,"/a","/b"', { 'file.path': '/a', 'qumulo.audit.target_path': '/b', 'file.target_path': undefined }],
  ['hard link', 'fs_create_hard_link,ok,3,"/a","/b"', { 'file.path': '/a', 'qumulo.audit.target_path': '/b', 'file.target_path': undefined }],
  ['symlink', 'fs_create_symlink,ok,3,"/a","../b"', { 'file.path': '/a', 'qumulo.audit.target_path': undefined, 'file.target_path': '../b', 'file.type': 'symlink' }],
  ['export', 'nfs_delete_export,ok,9,"/PSS","x"', { 'file.path': undefined, 'file.inode': undefined, 'qumulo.audit.file_id': '9', 'qumulo.audit.extra_name': '/PSS', 'qumulo.audit.second_extra_name': 'x' }],
  ['share', 'share_connect,ok,,"\\\\groot.example.com\\m-rs1",""', { 'file.path': undefined, 'qumulo.audit.extra_name': '\\\\groot.example.com\\m-rs1' }],
  ['share as the path of a file operation', 'fs_open,ok,,"\\\\groot\\x",""', { 'file.path': undefined, 'qumulo.audit.extra_name': '\\\\groot\\x' }],
  ['snapshot', 'fs_open,ok,3,"/.snapshot/12_a_b/c/d",""', { 'qumulo.audit.snapshot.id': '12', 'qumulo.audit.snapshot.name': 'a_b', 'qumulo.audit.snapshot.path': '/c/d', 'file.path': '/.snapshot/12_a_b/c/d' }],
  ['root of a snapshot', 'fs_open,ok,3,"/.snapshot/12_a",""', { 'qumulo.audit.snapshot.id': '12', 'qumulo.audit.snapshot.name': 'a', 'qumulo.audit.snapshot.path': '/' }],
  ['no snapshot', 'fs_open,ok,3,"/.snapshot/x_a/b",""', { 'qumulo.audit.snapshot.id': undefined, 'qumulo.audit.snapshot.path': undefined }],
  ['directory of the snapshots', 'fs_list_directory,ok,3,"/.snapshot/",""', { 'qumulo.audit.snapshot.id': undefined, 'file.path': '/.snapshot/' }],
  ['stream', 'fs_create_stream,ok,3,"/a:b/c.txt:Zone.Identifier:$DATA",""', { 'file.fork_name': 'Zone.Identifier' }],
  ['default stream', 'fs_open,ok,3,"/c.txt::$DATA",""', { 'file.fork_name': undefined }],
  ['colon in a directory', 'fs_open,ok,3,"/a:b/c",""', { 'file.fork_name': undefined }],
]
for (const [what, fields, expected] of objects) {
  test(`object: ${what}`, () => assertFields(parse('10.0.0.1,"u",smb2,' + fields), expected))
}

test('a colon over NFS is part of the name', () => {
  assertFields(parse('10.0.0.1,"u",nfs3,fs_open,ok,3,"/a:b",""'), { 'file.path': '/a:b', 'file.fork_name': undefined })
})

test('a file id that JSON writes as a number keeps its digits', () => {
  const body = operationBody('fs_open', { path: '/a', file_id: 0 }).replace('"file_id": 0', '"file_id": 140624751830626345080086044861')
  assertFields(parse(body), { 'file.inode': '140624751830626345080086044861', 'qumulo.audit.file_id': '140624751830626345080086044861' })
})

const hosts: [hostname: string, cluster: unknown, node: unknown][] = [
  ['groot-1', 'groot', '1'],
  ['baby-groot-16', 'baby-groot', '16'],
  ['groot-1.example.com', 'groot', '1'],
  ['my-machine', undefined, undefined],
  ['groot', undefined, undefined],
  ['-1', undefined, undefined],
  ['groot-', undefined, undefined],
  ['10.0.0.1', undefined, undefined],
]
for (const [hostname, cluster, node] of hosts) {
  test(`host ${hostname}`, () => assertFields(parse(csv, { appname: 'qumulo', hostname }), { 'qumulo.cluster.name': cluster, 'qumulo.node.id': node }))
}

test('the node column counts where the header has no host', () => {
  const body = '10.0.0.1,groot-1,"u",smb2,fs_open,ok,3,"/a",""'
  assertFields(parse(body, {}), { 'qumulo.cluster.name': 'groot' })
  assertFields(parse(body, { hostname: 'other-2' }), { 'qumulo.cluster.name': 'other', 'qumulo.node.id': '2' })
})

const addresses: [written: string, ip: unknown][] = [
  ['203.0.113.5', '203.0.113.5'],
  ['::1', '::1'],
  ['2001:db8:60e0:7352:e9d2:e180:e7e8:cdb8', '2001:db8:60e0:7352:e9d2:e180:e7e8:cdb8'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['W.X.Y.Z', undefined],
  ['300.1.1.1', undefined],
]
for (const [written, ip] of addresses) {
  test(`address ${written}`, () => {
    assertFields(parse(`${written},"u",smb2,fs_open,ok,3,"/a",""`), {
      'source.address': written,
      'source.ip': ip,
      'naslog.problems': ip === undefined ? ['invalid_address'] : undefined,
    })
  })
}

test('the flat JSON of CloudWatch reads like the CSV', () => {
  const values = ['203.0.113.0', 'AD\\alice', 'api', 'fs_rename', 'fs_entry_exists_error', '3', '/my_file', '/another_file']
  const [ip_address, user, protocol, operation, result, object_id, path_1, path_2] = values as [string, string, string, string, string, string, string, string]
  const fromJson = parse(jsonBody({ ip_address, user, protocol, operation, result, object_id, path_1, path_2 }), {})
  const fromCsv = parse(`${ip_address},"${user}",${protocol},${operation},${result},${object_id},"${path_1}","${path_2}"`, {})
  assert.ok(fromJson !== undefined)
  assert.deepEqual(fromJson, fromCsv)
})

test('any line at all: no throw, and nothing set unless claimed', () => {
  const pieces = ['{', '}', '"', '\\', ',', ':', '10.0.0.1,', '"u",', 'smb2,fs_open,ok,3,', '"user_ip": "::1"', '"operation": "fs_open"', '"details": {', '”', 'é', '\0', ' ', '[']
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 20 }), fc.constantFrom('qumulo', undefined), (parts, appname) => {
      parse(parts.join(''), { appname })
    }),
    { numRuns: 1000 },
  )
})
