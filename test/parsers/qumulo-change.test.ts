import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operationBody, parse } from './qumulo-parse.ts'

const alice = { type: 'ALLOWED', flags: [], trustee: { sid: 'S-1-1', name: 'alice' }, rights: ['READ'] }
const aliceInOtherOrder = { rights: ['READ'], trustee: { name: 'alice', sid: 'S-1-1' }, flags: [], type: 'ALLOWED' }
const bob = { ...alice, trustee: { sid: 'S-1-2', name: 'bob' } }

const metadata: [what: string, before: object, after: object, changes: string[] | undefined][] = [
  ['owner', { owner: { sid: 'S-1', auth_id: '5' } }, { owner: { auth_id: '6', sid: 'S-2' } }, ['owner changed']],
  ['owner by auth id', { owner: { auth_id: '5' } }, { owner: { auth_id: '6', sid: 'S-2' } }, ['owner changed']],
  ['owner, once without SID', { owner: { sid: 'S-1', auth_id: '5' } }, { owner: { auth_id: '5' } }, ['attributes changed']],
  ['times only', { ctime: '1', mtime: '1' }, { ctime: '2', mtime: '1' }, ['attributes changed']],
  ['nothing', { ctime: '1', owner: { sid: 'S-1' } }, { owner: { sid: 'S-1' }, ctime: '1' }, undefined],
  ['entry added', { aces: [alice] }, { aces: [bob, aliceInOtherOrder], ctime: '2' }, ['permissions added']],
  ['entry removed', { aces: [alice, bob] }, { aces: [alice] }, ['permissions removed']],
  ['entry replaced', { acl: { aces: [alice] } }, { acl: { aces: [bob] } }, ['permissions added', 'permissions removed']],
  ['entries in other order', { aces: [alice, bob] }, { aces: [bob, alice] }, ['attributes changed']],
  ['entries known on one side only', { ctime: '1' }, { aces: [bob], ctime: '1' }, ['attributes changed']],
  ['protected', { control: ['PRESENT'] }, { control: ['PRESENT', 'PROTECTED'] }, ['protection added']],
  ['unprotected', { acl: { control: ['PROTECTED'] } }, { acl: { control: [] } }, ['protection removed']],
  [
    'everything',
    { owner: { sid: 'S-1' }, acl: { control: [], aces: [alice] } },
    { owner: { sid: 'S-2' }, acl: { control: ['PROTECTED'], aces: [alice, bob] } },
    ['owner changed', 'permissions added', 'protection added'],
  ],
]
for (const [what, before, after, changes] of metadata) {
  test(`change of metadata: ${what}`, () => {
    const result = parse(operationBody('fs_write_metadata', { path: '/a', before, after }))
    assert.deepEqual(result?.['qumulo.audit.change'], changes)
    assert.deepEqual(result?.['qumulo.audit.before'], before)
    assert.deepEqual(result?.['qumulo.audit.after'], after)
  })
}

test('metadata of one side tells no change', () => {
  assert.equal(parse(operationBody('fs_write_metadata', { path: '/a', after: { ctime: '1' } }))?.['qumulo.audit.change'], undefined)
})

test('CSV cannot tell what was changed in the metadata', () => {
  assert.equal(parse('10.0.0.1,"u",smb2,fs_write_metadata,ok,3,"/a",""')?.['qumulo.audit.change'], undefined)
})

const operations: [operation: string, path: string, change: string | undefined, object: string | undefined, type: string | undefined][] = [
  ['fs_create_file', '/a', 'created', 'file', 'file'],
  ['fs_create_directory', '/a/', 'created', 'directory', 'dir'],
  ['fs_create_directory', '/a', 'created', 'directory', 'dir'],
  ['fs_create_symlink', '/a', 'created', 'file', 'symlink'],
  ['fs_delete', '/a', 'deleted', undefined, undefined],
  ['fs_delete', '/a/', 'deleted', 'directory', 'dir'],
  ['fs_tree_delete', '/a', 'deleted', 'directory', 'dir'],
  ['fs_rename', '/a', 'renamed', undefined, undefined],
  ['fs_read_data', '/a', 'read', 'file', 'file'],
  ['fs_write_data', '/a', 'written', 'file', 'file'],
  ['fs_list_directory', '/', undefined, 'directory', 'dir'],
  ['fs_open', '/a', undefined, undefined, undefined],
]
for (const [operation, path, change, object, type] of operations) {
  test(`change by ${operation} of ${path}`, () => {
    const json = parse(operationBody(operation, { path }))
    assert.deepEqual([json?.['qumulo.audit.change'], json?.['qumulo.audit.object'], json?.['file.type']], [change && [change], object, type])
    // In CSV a directory ends in a slash, so that a path without one is that of a file.
    const csv = parse(`10.0.0.1,"u",smb2,${operation},ok,3,"${path}",""`)
    assert.deepEqual([csv?.['qumulo.audit.change'], csv?.['qumulo.audit.object'], csv?.['file.type']], [change && [change], object ?? 'file', type])
  })
}

test('owner and times after the operation are those of the file', () => {
  const time = '2024-06-11T14:55:58.187394089Z'
  const after = (state: object) => parse(operationBody('fs_write_metadata', { path: '/a', after: state }))
  const full = after({ ctime: time, mtime: time, owner: { sid: 'S-1-5-1', auth_id: '500' } })
  assert.deepEqual([full?.['file.uid'], full?.['file.ctime'], full?.['file.mtime']], ['S-1-5-1', time, time])
  const wrong = after({ ctime: '2024-13-11T14:55:58Z', mtime: 'yesterday', owner: { sid: 'é', auth_id: '500' } })
  assert.deepEqual([wrong?.['file.uid'], wrong?.['file.ctime'], wrong?.['file.mtime']], ['500', undefined, undefined])
})
